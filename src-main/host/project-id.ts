import { createHash } from 'node:crypto';
import type { ProjectId } from '../contract/fields.ts';

/** The id of the project in a folder, by its real path: the same after a restart of the host. */
export function projectIdOf(folder: string): ProjectId {
  return createHash('sha256').update(folder).digest('hex').slice(0, 16);
}
