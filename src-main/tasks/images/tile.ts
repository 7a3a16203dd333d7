import { LacssError } from '../../contract/errors.ts';
import { tileSize } from '../../contract/urls.ts';
import type { TileAddress } from '../../contract/urls.ts';
import type { Project } from '../../project/project.ts';
import { levelCount, tileOf } from './image-planes.ts';

/**
 * The samples of one display tile, little-endian uint16, row-major. @throws LacssError if there is no such
 * tile
 */
export async function tile(
  project: Project,
  address: Omit<TileAddress, 'project' | 'pixels'>,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const image = project.image(address.image);
  if (address.level >= levelCount(image.height, image.width)) throw noSuchTile(image.name);
  const scale = 2 ** address.level;
  const top = address.row * tileSize;
  const left = address.column * tileSize;
  if (top >= Math.ceil(image.height / scale) || left >= Math.ceil(image.width / scale))
    throw noSuchTile(image.name);
  const samples = await tileOf(project, image, address, { level: address.level, top, left }, signal);
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

function noSuchTile(name: string): LacssError {
  return new LacssError('image-invalid', `${name} has no such tile.`, { subject: name });
}
