import { LacssError } from '../../contract/errors.ts';
import { tileSize } from '../../contract/urls.ts';
import type { TileAddress } from '../../contract/urls.ts';
import type { Project } from '../../project/project.ts';
import { levelCount, levelOf } from './image-planes.ts';

/** The samples of one display tile, little-endian uint16, row-major. @throws LacssError where there is no such tile */
export async function tile(
  project: Project,
  address: Omit<TileAddress, 'project' | 'pixels'>,
): Promise<Uint8Array> {
  const image = project.image(address.image);
  if (address.level >= levelCount(image.height, image.width)) throw noSuchTile(image.name);
  const { height, width, samples } = await levelOf(project, image, address, address.level);
  const top = address.row * tileSize;
  const left = address.column * tileSize;
  if (top >= height || left >= width) throw noSuchTile(image.name);
  const rows = Math.min(tileSize, height - top);
  const columns = Math.min(tileSize, width - left);
  const cut = new Uint16Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const start = (top + i) * width + left;
    cut.set(samples.subarray(start, start + columns), i * columns);
  }
  return new Uint8Array(cut.buffer);
}

function noSuchTile(name: string): LacssError {
  return new LacssError('image-invalid', `${name} has no such tile.`, { subject: name });
}
