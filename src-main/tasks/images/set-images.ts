import { itemAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import type { Failure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import type { Project } from '../../project/project.ts';
import { forEachItem } from '../for-each-item.ts';
import { replaceImages } from './change-images.ts';
import { chooseRoles } from './choose-roles.ts';
import { chosenPlanes } from './chosen-planes.ts';
import type { PlaneChoice } from './chosen-planes.ts';
import { saysRoles } from './image-entries.ts';
import type { SaidOfImages } from './image-entries.ts';

/** Images whose settings were changed, by name. */
export interface SetImagesResult {
  changed: string[];
  failures: Failure[];
}

/**
 * Sets roles and pixel size of images in the project, with one step of undo per image. Images that fail are
 * listed.
 * @throws LacssError `file-unwritable`, `disk-full`, `cancelled`
 */
export async function setImages(
  project: Project,
  { roles = {}, pixelSizeUm, validation, ...choice }: Omit<SaidOfImages, 'axes'>,
  control: JobControl,
): Promise<SetImagesResult> {
  project.refuseWhenReadOnly();
  const entries: ImageEntry[] = [];
  const failures = await forEachItem(
    project.manifest.images,
    control,
    { message: 'Changing', nameOf: ({ name }) => name },
    async (image) => {
      const next: ImageEntry = { ...image, roles: chooseRoles(image, roles, image.name) };
      if (saysRoles({ roles })) delete next.rolesConfidence;
      if (validation === true) next.validation = true;
      if (choice.focus !== undefined || choice.time !== undefined) next.plane = onePlane(image, choice);
      entries.push(
        pixelSizeUm === undefined ? next : { ...next, pixelSizeUm, pixelSizeOrigin: 'typed' as const },
      );
    },
  );
  await replaceImages(project, entries, 'Change the image');
  return { changed: entries.map(({ name }) => name), failures };
}

/** The new plane of an image of the project. Parts that are not given stay. */
function onePlane(
  { name, sizes, plane }: ImageEntry,
  { focus, time = plane.t }: PlaneChoice,
): ImageEntry['plane'] {
  const planes = chosenPlanes(sizes, { focus: focus ?? plane.projection ?? plane.z, time }, name);
  if (planes.length === 1) return itemAt(planes, 0).plane;
  throw new LacssError('setting-invalid', `${name} is one image and shows one plane.`, {
    subject: name,
    remedy: 'Remove it from the project, and add its file again to get one image per plane.',
  });
}
