import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { hashBytes } from './hash-bytes.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** Where something unusable is kept. */
export interface KeptAside {
  path: string;
  /** Whether it was not kept before: then nobody was told of it yet. */
  isNew: boolean;
  /** Whether it is on the disk; not so where there is no room or nothing may be written. */
  isKept: boolean;
}

/**
 * Keeps what cannot be used in a file of its own, so that nothing is lost when it is written anew. The file is named by its
 * content: the same thing is kept once.
 * @param name `record-damaged` with the ending `.json` makes `record-damaged-1a2b3c4d.json`
 */
export async function keepAside(
  folder: string,
  [name, ending]: readonly [string, string],
  bytes: Uint8Array,
  readOnly: boolean,
): Promise<KeptAside> {
  const path = join(folder, `${name}-${hashBytes(bytes).slice(0, 8)}${ending}`);
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere || readOnly) return { path: isThere ? path : folder, isNew: !isThere, isKept: isThere };
  const isKept = await writeFileAtomically(path, bytes).then(
    () => true,
    (error: unknown) => {
      if (error instanceof LacssError) return false;
      throw error;
    },
  );
  return { path, isNew: true, isKept };
}
