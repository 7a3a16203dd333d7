import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LacssError } from '../contract/errors.ts';
import type { ProjectManifest } from '../contract/project-files.ts';
import { holdFolder } from './held-folder.ts';
import { manifestName } from './manifest-name.ts';
import { readJson } from './read-json.ts';

const identitySchema = z.object({ createdAt: z.string() });

/**
 * Guards the folder of an open project. No write creates it again, or goes to another folder in its place.
 * The creation time in the manifest identifies the project. Device and inode do not, because a reconnected
 * drive and every change of the manifest may change them.
 * @returns a function that ends this
 * @throws LacssError `project-unreachable` if another project is open at this path
 */
export function holdProject(root: string, { createdAt }: ProjectManifest): Promise<() => void> {
  const path = join(root, manifestName);
  return holdFolder(root, {
    isSame: async (isUnmoved) =>
      isUnmoved ? (await stat(path)).isFile() : (await createdAtOf(root)) === createdAt,
    gone: (cause) => unreachable(root, cause),
  });
}

/**
 * The creation time of the project in a folder; null if its manifest has none.
 * @throws LacssError as readJson
 */
export async function createdAtOf(root: string): Promise<string | null> {
  const found = identitySchema.safeParse(await readJson(join(root, manifestName), 'project-damaged'));
  return found.data?.createdAt ?? null;
}

/** The error for the folder of a project that is missing, or that another folder has replaced. */
export function unreachable(root: string, cause: unknown): LacssError {
  return new LacssError(
    'project-unreachable',
    `The folder of this project was moved, replaced or removed: ${root}.`,
    {
      subject: root,
      remedy: 'Put the folder back, or connect its drive. You can then continue.',
      cause,
    },
  );
}
