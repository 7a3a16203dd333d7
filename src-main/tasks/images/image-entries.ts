import { itemAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import { windowsNameFault } from '../../contract/name-fault.ts';
import type { PixelSizeUm } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import { sureOfRoles } from '../../contract/requests/image-requests.ts';
import { pathFromProject } from '../../project/locate-image-file.ts';
import type { Project } from '../../project/project.ts';
import type { ImageGroupContent } from '../../project/read-image-group.ts';
import { chooseRoles } from './choose-roles.ts';
import type { WantedRoles } from './choose-roles.ts';
import type { PlaneChoice } from './chosen-planes.ts';

/** The settings of images that a person gives with the files. The others are read or guessed. */
export interface SaidOfImages extends PlaneChoice {
  /**
   * The order of the planes of a stack (`stackAxesSchema`).
   * @default the order in the file, or a guess
   */
  axes?: string | undefined;
  /** The roles of the channels. @default guessed from names and content */
  roles?: WantedRoles | undefined;
  /** Height and width of a pixel, if the files have none or a wrong one. */
  pixelSizeUm?: PixelSizeUm | undefined;
  /** Use the images for validation only. @default false */
  validation?: boolean;
}

/**
 * Changes the settings of an image that is in the project already.
 * @param plane the one to use; `null` keeps the image's
 * @param same the images of the same files
 * @throws LacssError `setting-invalid` for another order of planes, if each plane is an image
 */
export function changedEntry(
  image: ImageEntry,
  content: ImageGroupContent,
  { axes, roles = {}, pixelSizeUm, focus, time }: SaidOfImages,
  plane: ImageEntry['plane'] | null,
  same: readonly ImageEntry[],
): ImageEntry {
  if (axes !== undefined && same.length > 1) {
    throw new LacssError('setting-invalid', `The planes of this file are ${same.length} images.`, {
      subject: image.name,
      remedy: 'Remove them from the project, and add the file again with the right order of planes.',
    });
  }
  const files = image.files.map((file, i) => ({ ...file, channels: itemAt(content.files, i).channels }));
  const before = axes === undefined ? image : { ...image, files, ...stackOf(content, axes) };
  const changed: ImageEntry = {
    ...before,
    roles: chooseRoles({ ...content, ...before }, roles, image.name),
    ...(plane === null || (focus === undefined && time === undefined) ? {} : { plane }),
  };
  if (saysRoles({ roles })) delete changed.rolesConfidence;
  if (pixelSizeUm === undefined) return changed;
  return { ...changed, pixelSizeUm, pixelSizeOrigin: 'typed' };
}

/** The properties of an image that follow from the order of its planes. */
function stackOf(
  { channelNames, roles, sizes }: ImageGroupContent,
  axes: string | null,
): Pick<ImageEntry, 'axes' | 'channelNames' | 'roles' | 'sizes' | 'plane'> {
  return { axes, channelNames, roles, sizes, plane: { t: 0, z: 0 } };
}

/** A new image of a project. @throws LacssError `setting-invalid` for roles that its channels do not have */
export function newEntry(
  project: Project,
  name: string,
  content: ImageGroupContent,
  { axes, roles = {}, pixelSizeUm, validation = false }: SaidOfImages,
  plane: ImageEntry['plane'],
  ids: Set<string>,
): ImageEntry {
  const typed = pixelSizeUm ?? null;
  return {
    id: newId(name, ids),
    name,
    files: content.files.map(({ path, ...file }) => ({
      path: pathFromProject(project.folder, path),
      lastSeenAt: path,
      ...file,
    })),
    height: content.height,
    width: content.width,
    ...stackOf(content, axes ?? null),
    plane,
    roles: chooseRoles(content, roles, name),
    ...(saysRoles({ roles }) || content.rolesConfidence >= sureOfRoles
      ? {}
      : { rolesConfidence: content.rolesConfidence }),
    pixelSizeUm: typed ?? content.pixelSizeUm,
    pixelSizeOrigin: typed !== null ? 'typed' : content.pixelSizeUm !== null ? 'file' : 'unknown',
    ownLocationSettings: null,
    included: true,
    validation,
  };
}

/** A name that every system accepts for a folder, and that is not taken. */
function newId(name: string, taken: Set<string>): string {
  const stem =
    name
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '')
      .slice(0, 80)
      .replace(/[^a-z0-9]+$/, '') || 'image';
  const base = windowsNameFault(stem) === null ? stem : `image-${stem}`;
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

/** The new entry of an image whose files have changed. Roles stay if the channels stay. */
export function updatedEntry(image: ImageEntry, content: ImageGroupContent): ImageEntry {
  const { height, width, channelNames, roles, sizes, pixelSizeUm } = content;
  if (height !== image.height || width !== image.width) {
    throw new LacssError(
      'image-size-mismatch',
      `${image.name} now has ${width} × ${height} px, but ${image.width} × ${image.height} px when it was added.`,
      {
        subject: image.name,
        remedy:
          'Remove the image from the project and add it again: its points and labels do not fit any more.',
      },
    );
  }
  const sameChannels = channelNames.join('\n') === image.channelNames.join('\n');
  const isTyped = image.pixelSizeOrigin === 'typed';
  return {
    ...image,
    files: image.files.map((file, i) => {
      const { sha256, bytes, channels } = itemAt(content.files, i);
      return { ...file, sha256, bytes, channels };
    }),
    channelNames,
    roles: sameChannels ? image.roles : roles,
    sizes,
    plane: {
      ...image.plane,
      t: Math.min(image.plane.t, sizes.t - 1),
      z: Math.min(image.plane.z, sizes.z - 1),
    },
    ...(isTyped ? {} : { pixelSizeUm, pixelSizeOrigin: pixelSizeUm === null ? 'unknown' : 'file' }),
  };
}

/** Whether a person chose roles of channels. */
export function saysRoles({ roles = {} }: Pick<SaidOfImages, 'roles'>): boolean {
  return roles.cells !== undefined || roles.nuclei !== undefined;
}
