import { basename } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import type { FloatPlane, ImageArea } from '../contract/pixels.ts';
import type { ChannelRoles, ImageEntry, ImageFile } from '../contract/project-files.ts';
import { openImage } from '../imaging/open-image.ts';
import { fillMissing } from '../imaging/padding/fill-missing.ts';
import type { PixelSource } from '../imaging/source/pixel-source.ts';
import { projectFocalPlanes } from '../imaging/projection/project-focal-planes.ts';
import { planeBands, readPlane } from '../imaging/read-plane.ts';
import type { PlaneBand } from '../imaging/read-plane.ts';
import { fileBytes } from './file-bytes.ts';
import { locateImageFile } from './locate-image-file.ts';
import type { SourceReader } from './locate-image-file.ts';
import type { Project } from './project.ts';

/** The file of a channel, and the index of the channel in the file. */
export function fileOfChannel(image: ImageEntry, channel: number): { file: ImageFile; channel: number } {
  let first = 0;
  for (const file of image.files) {
    if (channel < first + file.channels) return { file, channel: channel - first };
    first += file.channels;
  }
  throw new RangeError(`channel ${channel} of ${image.name}; expected less than ${first}`);
}

/**
 * Opens one file of an image, without reading pixels. With a projection, the source has one focal plane.
 * @throws LacssError `file-not-found`, `file-damaged`, `file-unsupported`, `image-size-mismatch`
 */
export async function openImageFile(
  project: SourceReader,
  image: ImageEntry,
  file: ImageFile,
): Promise<PixelSource> {
  const path = await locateImageFile(project, file);
  const sources = await openImage(await fileBytes(path), basename(path), { axes: image.axes });
  const source = sources[file.image ?? 0];
  const { y, x } = source?.shape ?? { y: 0, x: 0 };
  if (source !== undefined && y === image.height && x === image.width) {
    const { projection } = image.plane;
    return projection === undefined ? source : projectFocalPlanes(source, projection);
  }
  throw new LacssError(
    'image-size-mismatch',
    `${path} now has ${x} × ${y} pixels; it had ${image.width} × ${image.height}.`,
    { subject: path, remedy: 'Put the original file back, or remove the image and add it again.' },
  );
}

/** How to read a channel. */
export interface ReadChannelOptions {
  /** Side of the blocks of pixels whose means are taken. @default 1 */
  blockPx?: number;
  signal?: AbortSignal | undefined;
}

/**
 * Reads one channel of an image, at its time point and focal plane.
 * @param channel an index into the image's `channelNames`
 * @throws LacssError `file-not-found`, `file-damaged`, `file-unsupported`, `image-invalid`,
 * `image-size-mismatch`
 */
export async function loadChannel(
  project: SourceReader,
  image: ImageEntry,
  channel: number,
  options: ReadChannelOptions = {},
): Promise<FloatPlane> {
  const { source, place } = await openChannel(project, image, channel);
  return readPlane(source, place, image.name, options);
}

/**
 * Reads a rectangle of the channel that shows the cells or the nuclei. Only the whole image is checked for
 * unusable pixels (`planeBands`).
 * @throws as `loadRole`
 */
export async function loadRoleArea(
  project: Project,
  image: ImageEntry,
  role: keyof ChannelRoles,
  { top, left, height, width }: ImageArea,
  signal?: AbortSignal,
): Promise<FloatPlane> {
  const { source, place } = await openChannel(project, image, channelOf(image, role));
  const data = new Float32Array(height * width);
  for await (const band of source.getBands({ ...place, x: left, y: top, height, width, signal })) {
    data.set(band.data, (band.y - top) * width);
  }
  return fillMissing({ height, width, data });
}

/** Opens the file of a channel. @returns the place of its pixels, too */
async function openChannel(
  project: SourceReader,
  image: ImageEntry,
  index: number,
): Promise<{ source: PixelSource; place: { channel: number; t: number; z: number } }> {
  const { file, channel } = fileOfChannel(image, index);
  const { t, z } = image.plane;
  return { source: await openImageFile(project, image, file), place: { channel, t, z } };
}

/**
 * Reads the channel that shows the cells or the nuclei in bands, as `planeBands`.
 * @throws as `loadRole`
 */
export function roleBands(
  project: Project,
  image: ImageEntry,
  role: keyof ChannelRoles,
  signal?: AbortSignal,
): AsyncGenerator<PlaneBand> {
  return channelBands(project, image, channelOf(image, role), signal);
}

/**
 * Reads one channel of an image in bands, as `planeBands`.
 * @throws as `loadChannel`
 */
export async function* channelBands(
  project: SourceReader,
  image: ImageEntry,
  channel: number,
  signal?: AbortSignal,
): AsyncGenerator<PlaneBand> {
  const { source, place } = await openChannel(project, image, channel);
  yield* planeBands(source, place, image.name, { signal });
}

/**
 * Reads the channel that shows the cells or the nuclei.
 * @throws LacssError `setting-invalid` where the image has no such channel; what loadChannel throws
 */
export async function loadRole(
  project: Project,
  image: ImageEntry,
  role: keyof ChannelRoles,
  options: ReadChannelOptions = {},
): Promise<FloatPlane> {
  return loadChannel(project, image, channelOf(image, role), options);
}

function channelOf(image: ImageEntry, role: keyof ChannelRoles): number {
  const channel = image.roles[role];
  if (channel !== null) return channel;
  if (image.channelNames.length === 1) {
    throw new LacssError(
      'setting-invalid',
      `${image.name} has one channel, and it does not look like ${role === 'nuclei' ? 'stained nuclei' : 'cells'}.`,
      {
        subject: image.name,
        remedy: `If it shows ${role}, choose it under Images. Both roles may share it.`,
        command: `lacss add --${role} 1`,
      },
    );
  }
  throw new LacssError('setting-invalid', `${image.name} has no channel for ${role}.`, {
    subject: image.name,
    remedy: `Its channels are ${image.channelNames.join(', ')}. Choose one under Images.`,
    command: `lacss add --${role} NAME`,
  });
}
