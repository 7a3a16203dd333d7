import { randomUUID } from 'node:crypto';
import { itemAt } from '../../contract/elements.ts';
import { imageSettingsSchema } from '../../contract/project-files.ts';
import type { ImageEntry, ImageSettings } from '../../contract/project-files.ts';
import type { CheckedParams } from '../../contract/requests.ts';
import { toFailure } from '../../contract/failure.ts';
import { LacssError } from '../../contract/errors.ts';
import type { Project } from '../../project/project.ts';
import { sideBySide } from '../../project/side-by-side.ts';
import { namedFile } from '../../project/companion-file.ts';
import { distinctNames } from '../../project/distinct-names.ts';
import { requireFreeName } from './require-free-name.ts';
import { readRemoved, writeRemoved } from './removed-images.ts';

type ImagesChange = Omit<CheckedParams<'images.change'>, 'project'>;

/**
 * Changes settings of images: name, roles, pixel size, plane, exclusion, validation. It is one step of undo
 * per image. A change with the id of an earlier change is not made again.
 * @throws LacssError `setting-invalid`; then nothing has changed
 */
export async function changeImages(project: Project, change: ImagesChange): Promise<void> {
  await keepPendingSteps(project);
  if (await isMade(project, change)) return;
  if (change.name !== undefined && change.images.length > 1) {
    throw new LacssError('setting-invalid', 'Only one image at a time can be renamed.', {
      remedy: 'Select one image.',
    });
  }
  const wanted = new Set(change.images);
  const next = (image: ImageEntry): ImageEntry => (wanted.has(image.id) ? changed(image, change) : image);
  await updateImages(project, next, titleOf(change), change.edit);
}

/** Saves changed entries of images with one write, as one step of undo per image. */
export async function replaceImages(
  project: Project,
  entries: readonly ImageEntry[],
  title: string,
): Promise<void> {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  if (!project.manifest.images.some(({ id }) => byId.has(id))) return;
  await keepPendingSteps(project);
  await updateImages(project, (image) => byId.get(image.id) ?? image, title, randomUUID());
}

/** The new entries follow from those on the disk, so that changes at the same time add up. */
async function updateImages(
  project: Project,
  nextOf: (image: ImageEntry) => ImageEntry,
  title: string,
  edit: string,
): Promise<void> {
  await project.update((manifest) => {
    const images = manifest.images.map(nextOf);
    for (const [i, old] of manifest.images.entries()) {
      const { id, name } = itemAt(images, i);
      if (name !== old.name) requireFreeName(manifest.images, id, name);
    }
    const steps = manifest.images.flatMap((old, i) => {
      const step = stepOf(old, itemAt(images, i));
      return step === null ? [] : [{ image: old.id, ...step }];
    });
    return { ...manifest, images, pendingSteps: { edit, title, steps } };
  });
  await keepPendingSteps(project);
}

/** Whether the last change, or a journal, has the id of this change. */
async function isMade(project: Project, { images, edit }: ImagesChange): Promise<boolean> {
  if (project.manifest.pendingSteps?.edit === edit) return true;
  // A new id takes one read of every journal. The step that follows needs them, too.
  const held = await sideBySide(project.images(images), (image) => project.annotation(image).holds(edit));
  return held.includes(true);
}

/**
 * Adds the steps of undo of the last change of settings to the journals that lack them. They need no flush:
 * the manifest has them until the next change.
 */
export async function keepPendingSteps(project: Project): Promise<void> {
  const pending = project.manifest.pendingSteps;
  if (pending === undefined || project.readOnly) return;
  const entries = new Map(project.manifest.images.map((entry) => [entry.id, entry]));
  await sideBySide(pending.steps, async ({ image, before, after }) => {
    const entry = entries.get(image);
    if (entry === undefined) return;
    const annotation = project.annotation(entry);
    const undoable = annotation.inTurn(() =>
      annotation.addSettingsStep(pending.title, { before, after }, pending.edit),
    );
    await undoable.catch((error: unknown) => {
      // The change itself is saved. Only its step of undo could not be kept.
      const { message } = toFailure(error);
      project.tell(`${entry.name}: The change is saved, but undo cannot reverse it. ${message}`);
    });
  });
}

/** Made once: zod compiles each new schema. */
const settingsOnly = imageSettingsSchema.strip();

/**
 * The settings before and after a change; `null` if they are equal. The name and values from the files are
 * included only if they differ.
 */
function stepOf(old: ImageEntry, now: ImageEntry): { before: ImageSettings; after: ImageSettings } | null {
  const differs = (pick: (image: ImageEntry) => unknown): boolean =>
    JSON.stringify(pick(old)) !== JSON.stringify(pick(now));
  const settingsOf = (image: ImageEntry): ImageSettings => settingsOnly.parse(image);
  const contentOf = ({ files, channelNames, axes, sizes }: ImageEntry): Partial<ImageSettings> => ({
    files,
    channelNames,
    axes,
    sizes,
  });
  const isNew = differs(contentOf);
  const isRenamed = old.name !== now.name;
  if (!isNew && !isRenamed && !differs(settingsOf)) return null;
  const all = (image: ImageEntry): ImageSettings => ({
    ...settingsOf(image),
    ...(isNew ? contentOf(image) : {}),
    ...(isRenamed ? { name: image.name } : {}),
  });
  return { before: all(old), after: all(now) };
}

function changed(
  image: ImageEntry,
  { name, excluded, validation, roles, pixelSizeUm, ...plane }: ImagesChange,
): ImageEntry {
  const next: ImageEntry = {
    ...image,
    name: name ?? image.name,
    included: excluded === undefined ? image.included : !excluded,
    validation: validation ?? image.validation,
    roles: roles ?? image.roles,
    plane: changedPlane(image, plane),
  };
  // Roles that a person chose are no guess any more.
  if (roles !== undefined) delete next.rolesConfidence;
  if (pixelSizeUm !== undefined) {
    next.pixelSizeUm = pixelSizeUm;
    next.pixelSizeOrigin = pixelSizeUm === null ? 'unknown' : 'typed';
  }
  requireSound(next);
  return next;
}

/** A projection uses all focal planes. Choosing one plane ends it. */
function changedPlane(
  { plane, sizes }: ImageEntry,
  {
    t = plane.t,
    z,
    projection = z === undefined ? (plane.projection ?? null) : null,
  }: Pick<ImagesChange, 't' | 'z' | 'projection'>,
): ImageEntry['plane'] {
  return projection === null || sizes.z === 1 ? { t, z: z ?? plane.z } : { t, z: 0, projection };
}

/** The title of the change, for the Undo menu. */
function titleOf({ name, excluded, validation, roles, pixelSizeUm, t, z, projection }: ImagesChange): string {
  if (name !== undefined) return 'Rename';
  if (excluded !== undefined) return excluded ? 'Exclude' : 'Include';
  if (validation !== undefined) return validation ? 'Keep for validation' : 'Train on it again';
  if (roles !== undefined) return 'Change channel roles';
  if (pixelSizeUm !== undefined) return 'Change the pixel size';
  const isPlane = t !== undefined || z !== undefined || projection !== undefined;
  return isPlane ? 'Change the plane' : 'Change the image';
}

function requireSound({ name, roles, channelNames, plane, sizes }: ImageEntry): void {
  const channels = [roles.cells, roles.nuclei].filter((c) => c !== null);
  if (channels.every((c) => c < channelNames.length) && plane.t < sizes.t && plane.z < sizes.z) return;
  throw new LacssError('setting-invalid', `${name} has no such channel, time point or focal plane.`, {
    subject: name,
    remedy: `It has the channels ${channelNames.join(', ')}, ${sizes.t} time points and ${sizes.z} focal planes.`,
  });
}

/** Removes images from the project. Files and annotations stay, so the images can always be restored. */
export async function removeImages(project: Project, ids: readonly string[]): Promise<void> {
  const gone = [...project.manifest.images.entries()]
    .filter(([, entry]) => ids.includes(entry.id))
    .map(([index, entry]) => ({ entry, index }));
  const earlier = (await readRemoved(project)).filter(({ entry }) => !ids.includes(entry.id));
  await writeRemoved(project, [...earlier, ...gone]);
  await project.update((manifest) => ({
    ...manifest,
    images: manifest.images.filter(({ id }) => !ids.includes(id)),
  }));
}

/** Restores removed images at their places in the list. @returns the restored images */
export async function restoreImages(project: Project, ids: readonly string[]): Promise<string[]> {
  const removed = await readRemoved(project);
  const back = removed.filter(({ entry }) => ids.includes(entry.id)).sort((a, b) => a.index - b.index);
  await project.update((manifest) => {
    const images = [...manifest.images];
    // Another image may have taken the name of one since.
    const names = distinctNames(
      back.map(({ entry }) => namedFile(entry)),
      images.map(namedFile),
    );
    for (const [i, { entry, index }] of back.entries())
      images.splice(Math.min(index, images.length), 0, { ...entry, name: itemAt(names, i) });
    return { ...manifest, images };
  });
  // They are restored already. Images of the project do not count as removed, even if the file lists them.
  await writeRemoved(
    project,
    removed.filter(({ entry }) => !ids.includes(entry.id)),
  ).catch(() => undefined);
  return back.map(({ entry }) => entry.id);
}
