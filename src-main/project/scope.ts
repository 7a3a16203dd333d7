import { openProject } from './open-project.ts';
import type { Project } from './project.ts';

/** The project of a job: the host has its lock, the worker processes share it. */
export interface Scope {
  folder: string;
  readOnly: boolean;
}

const open = new Map<string, Promise<Project>>();

/**
 * The project of a scope, opened once in this process.
 * @throws LacssError `project-unreachable` if its folder is missing; reading would find it empty
 */
export async function projectOf({ folder, readOnly }: Scope): Promise<Project> {
  const key = `${readOnly ? 'read' : 'shared'}:${folder}`;
  const known = open.get(key);
  if (known !== undefined) {
    const project = await known;
    await project.requireThere();
    return project;
  }
  const opening = openProject(folder, {
    purpose: 'LACSS Studio',
    access: readOnly ? 'read' : 'shared',
  });
  open.set(key, opening);
  opening.catch(() => open.delete(key));
  return opening;
}

/** The same, with the manifest read again: for processes that do not change it themselves. */
export async function freshProjectOf(scope: Scope): Promise<Project> {
  const project = await projectOf(scope);
  await project.reload();
  return project;
}

/** Closes a project. Its next job opens it again. */
export function forgetProject({ folder }: Pick<Scope, 'folder'>): void {
  for (const access of ['read', 'shared']) open.delete(`${access}:${folder}`);
}
