import { basename } from 'node:path';
import { LacssError } from '../../contract/errors.ts';
import type { Raster } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project.ts';
import { tileSize } from '../../contract/urls.ts';
import { readImage } from '../../imaging/read-image.ts';
import { locateImageFile } from '../../project/locate-image-file.ts';
import type { Project } from '../../project/project.ts';
import { readBytes } from '../../project/read-bytes.ts';
import { ByteCache } from '../byte-cache.ts';
import { displayPlane } from './display-plane.ts';
import type { DisplayPlane } from './display-plane.ts';
import { halvePlane } from './halve-plane.ts';
import type { LevelPlane } from './halve-plane.ts';
import { pixelsKey } from './pixels-key.ts';

/** One plane of an image. */
export interface PlanePlace {
  t: number;
  z: number;
  c: number;
}

const rasters = new ByteCache<Promise<Raster>>(512 * 2 ** 20);
const levels = new ByteCache<Promise<LevelPlane>>(512 * 2 ** 20);
const planes = new ByteCache<DisplayPlane>(256 * 2 ** 20);

/** Levels of the pyramid of an image: the last fits in one tile. */
export function levelCount(height: number, width: number): number {
  let count = 1;
  for (let side = Math.max(height, width); side > tileSize; side = Math.ceil(side / 2)) count++;
  return count;
}

/**
 * One plane of an image as it is shown.
 * @throws LacssError when the file is gone or damaged, or has no such plane
 */
export async function planeOf(project: Project, image: ImageEntry, place: PlanePlace): Promise<DisplayPlane> {
  const key = planeKey(project, image, place);
  const known = planes.get(key);
  if (known !== undefined) return known;
  const { raster, c } = await rasterOf(project, image, place.c);
  const { t, z } = place;
  if (t >= raster.sizes.t || z >= raster.sizes.z) throw noSuchPlane(image);
  const pixels = raster.planes[(t * raster.sizes.z + z) * raster.sizes.c + c]!;
  const plane = displayPlane(pixels, raster.dtype);
  planes.set(key, plane, plane.samples === pixels ? 0 : plane.samples.byteLength);
  return plane;
}

/** One level of the pyramid of a plane, made when first asked for and kept a while. */
export async function levelOf(
  project: Project,
  image: ImageEntry,
  place: PlanePlace,
  level: number,
): Promise<LevelPlane> {
  if (level === 0) {
    const { samples } = await planeOf(project, image, place);
    return { height: image.height, width: image.width, samples };
  }
  const key = `${planeKey(project, image, place)}|${level}`;
  const known = levels.get(key);
  if (known !== undefined) return known;
  const making = levelOf(project, image, place, level - 1).then(halvePlane);
  levels.set(key, making, (2 * image.height * image.width) / 4 ** level);
  making.catch(() => levels.delete(key));
  return making;
}

/** The dtype of the file that holds a channel. */
export async function dtypeOf(project: Project, image: ImageEntry, c: number): Promise<Raster['dtype']> {
  return (await rasterOf(project, image, c)).raster.dtype;
}

async function rasterOf(
  project: Project,
  image: ImageEntry,
  channel: number,
): Promise<{ raster: Raster; c: number }> {
  let first = 0;
  for (const file of image.files) {
    if (channel < first + file.channels) {
      const key = `${project.folder}|${file.sha256}|${image.axes ?? ''}`;
      const known = rasters.get(key);
      const reading = known ?? readFileOf(project, image, file);
      if (known === undefined) {
        rasters.set(key, reading, image.height * image.width * file.channels * 2);
        reading.then(
          (raster) => rasters.set(key, reading, bytesOf(raster)),
          () => rasters.delete(key),
        );
      }
      return { raster: await reading, c: channel - first };
    }
    first += file.channels;
  }
  throw noSuchPlane(image);
}

async function readFileOf(
  project: Project,
  image: ImageEntry,
  file: ImageEntry['files'][number],
): Promise<Raster> {
  const path = await locateImageFile(project.folder, file);
  const raster = await readImage(await readBytes(path), basename(path), { axes: image.axes });
  if (raster.height === image.height && raster.width === image.width) return raster;
  throw new LacssError(
    'image-size-mismatch',
    `${path} now has ${raster.width} × ${raster.height} pixels; it had ${image.width} × ${image.height}.`,
    { subject: path, remedy: 'Put the original file back, or remove the image and add it again.' },
  );
}

function planeKey(project: Project, image: ImageEntry, { t, z, c }: PlanePlace): string {
  return [project.folder, image.id, pixelsKey(image), t, z, c].join('|');
}

function bytesOf(raster: Raster): number {
  return raster.planes.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function noSuchPlane({ name }: ImageEntry): LacssError {
  return new LacssError('image-invalid', `${name} has no such time point, focal plane or channel.`, {
    subject: name,
  });
}
