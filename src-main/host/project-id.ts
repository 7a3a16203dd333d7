import { createHash } from 'node:crypto';
import type { ProjectId } from '../contract/fields.ts';

/**
 * The id of the project in a folder, by its real path: the same after a restart of the host. A project that
 * later takes the place of another has another id, so that a late edit does not go there.
 * @param createdAt from its manifest
 */
export function projectIdOf(folder: string, createdAt: string): ProjectId {
  return createHash('sha256').update(`${folder}\n${createdAt}`).digest('hex').slice(0, 16);
}
