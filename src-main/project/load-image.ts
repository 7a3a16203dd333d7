import { basename } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import type { FloatPlane, Raster } from '../contract/pixels.ts';
import type { ChannelRoles, ImageEntry } from '../contract/project.ts';
import { planeAt } from '../imaging/raster/plane-at.ts';
import { readImage } from '../imaging/read-image.ts';
import { locateImageFile } from './locate-image-file.ts';
import type { Project } from './project.ts';
import { readBytes } from './read-bytes.ts';

/**
 * Reads one channel of an image, at the time point and focal plane that are worked on.
 * @param channel an index into the image's `channelNames`
 * @throws LacssError `file-not-found`, `file-damaged`, `file-unsupported`, `image-invalid`, `image-size-mismatch`
 */
export async function loadChannel(
  project: Pick<Project, 'folder'>,
  image: ImageEntry,
  channel: number,
): Promise<FloatPlane> {
  let first = 0;
  for (const file of image.files) {
    if (channel < first + file.channels) {
      const path = await locateImageFile(project.folder, file);
      const raster = await readImage(await readBytes(path), basename(path), { axes: image.axes });
      refuseOtherSize(raster, image, path);
      return planeAt(raster, { ...image.plane, c: channel - first }, image.name);
    }
    first += file.channels;
  }
  throw new RangeError(`channel ${channel} of ${image.name}; expected less than ${first}`);
}

/**
 * Reads the channel that shows the cells or the nuclei.
 * @throws LacssError `setting-invalid` where the image has no such channel; what loadChannel throws
 */
export async function loadRole(
  project: Project,
  image: ImageEntry,
  role: keyof ChannelRoles,
): Promise<FloatPlane> {
  const channel = image.roles[role];
  if (channel !== null) return loadChannel(project, image, channel);
  throw new LacssError('setting-invalid', `No channel of ${image.name} is said to show the ${role}.`, {
    subject: image.name,
    remedy: `It has ${image.channelNames.join(', ')}; say which under Images, or with lacss add --${role} NAME.`,
  });
}

function refuseOtherSize(raster: Raster, image: ImageEntry, path: string): void {
  if (raster.height === image.height && raster.width === image.width) return;
  throw new LacssError(
    'image-size-mismatch',
    `${path} now has ${raster.width} × ${raster.height} pixels; it had ${image.width} × ${image.height}.`,
    { subject: path, remedy: 'Put the original file back, or remove the image and add it again.' },
  );
}
