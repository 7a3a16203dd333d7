import { unreachable } from './hold-project.ts';
import { openProject } from './open-project.ts';
import type { Project } from './project.ts';

/** The project of a job: the host has its lock, the worker processes share it. */
export interface Scope {
  folder: string;
  readOnly: boolean;
  /** Distinguishes the project from another one that later takes its place. */
  createdAt: string;
  /** The files and folders outside from which it may read images. @default any */
  sources?: readonly string[] | null;
}

/** The scope of a project, for jobs in other processes. */
export function scopeOf({ folder, readOnly, sources, manifest: { createdAt } }: Project): Scope {
  return { folder, readOnly, createdAt, sources };
}

const open = new Map<string, Promise<Project>>();

/**
 * The project of a scope, opened once in this process.
 * @throws LacssError `project-unreachable` if its folder is missing or holds another project
 */
export async function projectOf(scope: Scope): Promise<Project> {
  const project = await openedProject(scope);
  project.sources = scope.sources ?? null;
  return project;
}

async function openedProject(scope: Scope): Promise<Project> {
  const { folder, readOnly, createdAt } = scope;
  const key = keyOf(scope);
  const known = open.get(key);
  if (known === undefined) {
    const opening = openOwn(folder, readOnly, createdAt);
    open.set(key, opening);
    opening.catch(() => open.delete(key));
    return opening;
  }
  const project = await known;
  if (project.manifest.createdAt === createdAt) {
    await project.requireThere();
    return project;
  }
  // The host has closed that project and opened this one, which took its place.
  if (open.get(key) === known) forgetProject(scope);
  return openedProject(scope);
}

async function openOwn(folder: string, readOnly: boolean, createdAt: string): Promise<Project> {
  const project = await openProject(folder, {
    purpose: 'LACSS Studio',
    access: readOnly ? 'read' : 'shared',
  });
  if (project.manifest.createdAt === createdAt) return project;
  await project.close();
  throw unreachable(folder, new Error('Another project is at this path'));
}

/** The same, with the manifest read again: for processes that do not change it themselves. */
export async function freshProjectOf(scope: Scope): Promise<Project> {
  const project = await projectOf(scope);
  await project.reload();
  return project;
}

/** Closes a project. Its next job opens it again. */
export function forgetProject({ folder }: Pick<Scope, 'folder'>): void {
  for (const readOnly of [true, false]) {
    const key = keyOf({ folder, readOnly });
    const opened = open.get(key);
    open.delete(key);
    void opened?.then(
      (project) => project.close(),
      () => undefined,
    );
  }
}

function keyOf({ folder, readOnly }: Pick<Scope, 'folder' | 'readOnly'>): string {
  return `${readOnly ? 'read' : 'shared'}:${folder}`;
}
