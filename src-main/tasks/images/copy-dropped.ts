import { basename, join } from 'node:path';
import { LacssError } from '../../contract/errors.ts';
import { fileBytes } from '../../project/file-bytes.ts';
import { fileError } from '../../contract/file-error.ts';
import { hashFile } from '../../project/hash-file.ts';
import type { Project } from '../../project/project.ts';
import { writeFileAtomically } from '../../project/write-file-atomically.ts';
import { droppedFolder } from './dropped-folder.ts';

/**
 * Copies files dropped on a page in a browser into the project, because they are nowhere else. Other files
 * stay where they are.
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

/** Bytes that are copied at a time. */
const pieceBytes = 2 ** 22;

/**
 * Copies a file of any size into the project. If its name is taken, the copy gets another name. @returns the
 * copy
 */
async function copyInto(project: Project, path: string): Promise<string> {
  const folder = project.path('images');
  const { sha256 } = await hashFile(path);
  const [, stem = '', ending = ''] = /^(.*?)((?:\.ome)?\.[^.]*)?$/i.exec(basename(path)) ?? [];
  for (let count = 1; ; count++) {
    const copy = join(folder, count === 1 ? stem + ending : `${stem}-${count}${ending}`);
    try {
      // Another image of the project may have this file name. Its file must not be lost.
      const there = await hashFile(copy).catch((error: unknown) => {
        if (error instanceof LacssError && error.code === 'file-not-found') return null;
        throw error;
      });
      if (there !== null && there.sha256 === sha256) return copy;
      if (there !== null) continue;
      await writeFileAtomically(copy, piecesOf(path));
      return copy;
    } catch (error) {
      throw fileError(error, copy, 'write');
    }
  }
}

async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await fileBytes(path);
  for (let at = 0; at < file.size; at += pieceBytes)
    yield await file.read(at, Math.min(pieceBytes, file.size - at));
}
