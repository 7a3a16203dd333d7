import { openProject } from './open-project.ts';
import type { Project } from './project.ts';

/** Which project a job is about: the host holds it, its children share it. */
export interface Scope {
  folder: string;
  readOnly: boolean;
}

const open = new Map<string, Promise<Project>>();

/**
 * The project of a scope, opened once in this process.
 * @throws LacssError `project-unreachable` where its folder is gone: reading would find it empty
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

/** The same, with the manifest as it is on the disk now: for processes that do not change it themselves. */
export async function freshProjectOf(scope: Scope): Promise<Project> {
  const project = await projectOf(scope);
  await project.reload();
  return project;
}

/** Lets a project go: the next job about it opens it anew, as other programs have left it. */
export function forgetProject({ folder }: Pick<Scope, 'folder'>): void {
  for (const access of ['read', 'shared']) open.delete(`${access}:${folder}`);
}
