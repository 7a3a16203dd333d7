/** Jobs that run in a project, as the window names them. */
export const workNames = { training: 'Training', segmenting: 'Segmenting' } as const;
