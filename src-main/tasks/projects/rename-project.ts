import type { Project } from '../../project/project.ts';

/**
 * Changes the name of a project. Its folder keeps its own name.
 * @throws LacssError `file-unwritable`, `disk-full`
 */
export async function renameProject(project: Project, name: string): Promise<void> {
  await project.update((manifest) => ({ ...manifest, name }));
}
