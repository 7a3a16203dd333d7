import { join, resolve } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { fileError } from '../contract/file-error.ts';
import { holdFolder, prepareWrite } from './held-folder.ts';
import { resolveInside } from './resolve-inside.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/**
 * Writes one file of an output. @returns its path @throws LacssError `name-invalid`, `file-unwritable`,
 * `disk-full`
 */
export type WriteOutput = (
  name: string,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
) => Promise<string>;

/**
 * Writes the results of a job into a folder, and creates it if needed. No file name or link leads out of the
 * folder. A folder that disappears in between is not created again.
 * @throws LacssError `file-unwritable`, `disk-full`; errors of the work
 */
export async function withOutput<T>(folder: string, work: (write: WriteOutput) => Promise<T>): Promise<T> {
  const root = resolve(folder);
  const letGo = await makeAndHold(root);
  try {
    return await work(async (name, content) => {
      const path = resolveInside(root, name);
      await writeFileAtomically(path, content);
      return path;
    });
  } finally {
    letGo();
  }
}

async function makeAndHold(root: string): Promise<() => void> {
  try {
    await prepareWrite(join(root, 'output'));
    return await holdFolder(root, { gone: (cause) => goneOutput(root, cause) });
  } catch (error) {
    throw fileError(error, root, 'write');
  }
}

function goneOutput(root: string, cause: unknown): LacssError {
  return new LacssError('file-unwritable', `The folder for the results is missing: ${root}.`, {
    subject: root,
    remedy: 'Connect its drive, or choose another folder. Then start again.',
    cause,
  });
}
