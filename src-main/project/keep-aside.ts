import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { hashBytes } from './hash-bytes.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** The copy of something unusable. */
export interface KeptAside {
  path: string;
  /** Whether the copy is new, so that it has not been reported yet. */
  isNew: boolean;
  /** Whether it is on the disk; not if the disk is full or read-only. */
  isKept: boolean;
}

/**
 * Copies unusable content to its own file, so that nothing is lost when the original is rewritten. The file
 * name has the hash of the content, so each content is kept once.
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
