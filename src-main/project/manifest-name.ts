/** The manifest's name inside a project folder. */
export const manifestName = 'project.json';
