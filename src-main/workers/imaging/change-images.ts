import type { ImageEntry } from '../../contract/project.ts';
import type { CheckedParams } from '../../contract/requests.ts';
import { LacssError } from '../../contract/errors.ts';
import type { Project } from '../../project/project.ts';

/** Images taken out, by project folder and id, so that they can be put back while the program runs. */
const removed = new Map<string, { entry: ImageEntry; index: number }>();

/** Changes what is known about images: roles, pixel size, plane, exclusion, validation. @throws LacssError `setting-invalid` */
export async function changeImages(
  project: Project,
  { images, excluded, validation, roles, pixelSizeUm, t, z }: Omit<CheckedParams<'images.change'>, 'project'>,
): Promise<void> {
  const wanted = new Set(images);
  await project.update((manifest) => ({
    ...manifest,
    images: manifest.images.map((image) => {
      if (!wanted.has(image.id)) return image;
      const changed: ImageEntry = {
        ...image,
        included: excluded === undefined ? image.included : !excluded,
        validation: validation ?? image.validation,
        roles: roles ?? image.roles,
        plane: { t: t ?? image.plane.t, z: z ?? image.plane.z },
      };
      if (pixelSizeUm !== undefined) {
        changed.pixelSizeUm = pixelSizeUm;
        changed.pixelSizeOrigin = pixelSizeUm === null ? 'unknown' : 'typed';
      }
      requireSound(changed);
      return changed;
    }),
  }));
}

function requireSound({ name, roles, channelNames, plane, sizes }: ImageEntry): void {
  const channels = [roles.cells, roles.nuclei].filter((c) => c !== null);
  if (channels.every((c) => c < channelNames.length) && plane.t < sizes.t && plane.z < sizes.z) return;
  throw new LacssError('setting-invalid', `${name} has no such channel, time point or focal plane.`, {
    subject: name,
    remedy: `It has the channels ${channelNames.join(', ')}, ${sizes.t} time points and ${sizes.z} focal planes.`,
  });
}

/** Takes images out of the project; files and annotations stay. */
export async function removeImages(project: Project, ids: readonly string[]): Promise<void> {
  for (const [index, entry] of project.manifest.images.entries()) {
    if (ids.includes(entry.id)) removed.set(`${project.folder}|${entry.id}`, { entry, index });
  }
  await project.update((manifest) => ({
    ...manifest,
    images: manifest.images.filter(({ id }) => !ids.includes(id)),
  }));
}

/** Puts removed images back where they were; answers those that could be. */
export async function restoreImages(project: Project, ids: readonly string[]): Promise<string[]> {
  const back = ids
    .map((id) => removed.get(`${project.folder}|${id}`))
    .filter((found) => found !== undefined)
    .sort((a, b) => a.index - b.index);
  await project.update((manifest) => {
    const images = [...manifest.images];
    for (const { entry, index } of back) {
      if (!images.some(({ id }) => id === entry.id)) images.splice(Math.min(index, images.length), 0, entry);
    }
    return { ...manifest, images };
  });
  return back.map(({ entry }) => entry.id);
}
