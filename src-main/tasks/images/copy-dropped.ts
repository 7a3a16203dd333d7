import { basename, join } from 'node:path';
import { LacssError } from '../../contract/errors.ts';
import { fileError } from '../../project/file-error.ts';
import { hashBytes } from '../../project/hash-bytes.ts';
import type { Project } from '../../project/project.ts';
import { readBytes } from '../../project/read-bytes.ts';
import { writeFileAtomically } from '../../project/write-file-atomically.ts';
import { droppedFolder } from './dropped-folder.ts';

/**
 * Files stay where they are, except those dropped on a page in a browser: they have no other home, so they are copied into the
 * project.
 * @returns the paths to add
 * @throws LacssError `file-unwritable`, `disk-full`
 */
export async function copyDropped(project: Project, paths: readonly string[]): Promise<string[]> {
  const settled: string[] = [];
  for (const path of paths) {
    settled.push(path.startsWith(droppedFolder) ? await copyInto(project, path) : path);
  }
  return settled;
}

/** Copies a file into the project, beside another of its name if need be. @returns the copy */
async function copyInto(project: Project, path: string): Promise<string> {
  const folder = project.path('images');
  const bytes = await readBytes(path);
  const [, stem = '', ending = ''] = /^(.*?)((?:\.ome)?\.[^.]*)?$/i.exec(basename(path)) ?? [];
  for (let count = 1; ; count++) {
    const copy = join(folder, count === 1 ? stem + ending : `${stem}-${count}${ending}`);
    try {
      // Another image of the project may be called the same: its file must not be lost.
      const there = await readBytes(copy).catch((error: unknown) => {
        if (error instanceof LacssError && error.code === 'file-not-found') return null;
        throw error;
      });
      if (there !== null && hashBytes(there) === hashBytes(bytes)) return copy;
      if (there !== null) continue;
      await writeFileAtomically(copy, bytes);
      return copy;
    } catch (error) {
      throw fileError(error, copy, 'write');
    }
  }
}
