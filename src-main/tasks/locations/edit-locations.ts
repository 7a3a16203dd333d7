import { isDeepStrictEqual } from 'node:util';
import {
  applyLocationEdit,
  joined,
  missingPoints,
  pointIds,
  pointOrigin,
} from '../../contract/apply-location-edit.ts';
import { float32At } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import type { Failure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';
import type { Locations } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import type { CheckedParams } from '../../contract/requests.ts';
import type {
  LocationEdit,
  LocationSettings,
  LocationsPreview,
} from '../../contract/requests/location-requests.ts';
import type { Project } from '../../project/project.ts';
import { scopeOf } from '../../project/scope.ts';
import { forEachItem } from '../for-each-item.ts';
import { withSettings } from '../projects/save-settings.ts';
import { fileRecord, foundRecord } from './location-records.ts';
import type { LocationsRecord } from './location-records.ts';
import { formatPointIds } from './point-ids.ts';
import { placeOf, readLocations } from './read-locations.ts';
import { aheadThread, demandThread, whenNobodyWaits } from '../annotation-threads.ts';

/**
 * Adds, moves or deletes points. @throws LacssError `annotation-invalid` if a named point no longer exists
 */
export async function editLocations(
  project: Project,
  imageId: string,
  change: LocationEdit,
  editId: string,
): Promise<void> {
  const image = project.image(imageId);
  const before = await readLocations(project, imageId);
  const missing = missingPoints(before, change).length;
  if (missing > 0) {
    const what = missing === 1 ? 'The point is' : `${missing} of the points are`;
    throw new LacssError('annotation-invalid', `${what} no longer in ${image.name}. Nothing was changed.`, {
      subject: image.name,
      remedy: 'Look at the points as they are now, then repeat the change.',
    });
  }
  const { points, byHand, ids } = applyLocationEdit(before, change, editId);
  const { sigmaPx, threshold } = before;
  const source = {
    method: 'edited',
    by: 'person',
    parameters: {
      byHand: Array.from(ids.keys(), (i) => placeOf(points, i)).filter((_, i) => byHand[i] === 1),
      ids: formatPointIds(ids),
      ...(Number.isFinite(sigmaPx) ? { sigmaPx, threshold } : {}),
    },
  } as const;
  await project.annotation(image).edit(titleOf(change), { locations: { value: points, source } }, editId);
}

/** The title of the edit, for the Undo menu. */
function titleOf(change: LocationEdit): string {
  const count = change.kind === 'add' ? change.points.length / 2 : change.ids.length;
  switch (change.kind) {
    case 'add':
      return count === 1 ? 'Add a point' : `Add ${count} points`;
    case 'move':
      return count === 1 ? 'Move a point' : `Move ${count} points`;
    case 'delete':
      return count === 1 ? 'Delete a point' : `Delete ${count} points`;
  }
}

/**
 * Finds the locations of images again. The result lists the images that failed. Images that a person looks at
 * come first.
 * @param onFound called after each image
 * @throws LacssError `cancelled`, `disk-full`
 */
export async function findLocationsOf(
  project: Project,
  { images, settings, scope, keepByHand, edit }: CheckedParams<'locations.find'>,
  control: JobControl,
  onFound: (image: string) => Promise<void> = () => Promise.resolve(),
): Promise<{ found: { image: string; count: number }[]; failures: Failure[] }> {
  if (settings !== undefined && !(await isMade(project, images, edit)))
    await keepSettings(project, scope === 'images' ? images : null, settings);
  const found: { image: string; count: number }[] = [];
  const look = images.length === 1 ? lookNow(project) : lookInTurn(project);
  const failures = await forEachItem(
    project.images(images),
    control,
    { message: 'Finding points in', nameOf: ({ name }) => name },
    async (image, { signal }) => {
      found.push({ image: image.id, count: await findIn(project, image, keepByHand, edit, look, signal) });
      await onFound(image.id);
    },
  );
  return { found, failures };
}

/** Whether an image has this edit. Then its settings were kept, and may have been changed again since. */
async function isMade(project: Project, images: readonly string[], edit: string): Promise<boolean> {
  for (const image of project.images(images)) if (await project.annotation(image).holds(edit)) return true;
  return false;
}

async function findIn(
  project: Project,
  image: ImageEntry,
  keepByHand: boolean,
  editId: string,
  look: Look,
  signal: AbortSignal,
): Promise<number> {
  const annotation = project.annotation(image);
  // Found by the first request of this edit. A person may have changed the points since.
  if (await annotation.holds(editId)) return (await annotation.view()).state.locations?.count ?? 0;
  const settings = image.ownLocationSettings ?? project.manifest.settings.locations;
  const found = await look(image, settings, signal);
  return annotation.inTurn(() => keepFound(project, image, { ...found, settings }, keepByHand, editId));
}

/** The locations found, and the settings used. */
interface SearchedLocations extends LocationsPreview {
  settings: LocationSettings;
}

/** Finds points with these settings. Nothing is saved. */
type Look = (image: ImageEntry, settings: LocationSettings, signal: AbortSignal) => Promise<LocationsPreview>;

/** For an image that a person looks at. */
function lookNow(project: Project): Look {
  return ({ id }, settings, signal) =>
    demandThread.run('locations', paramsOf(project, id, settings), { signal, onCrash: 'again' });
}

/** For one of many images. */
function lookInTurn(project: Project): Look {
  return ({ id }, settings, signal) =>
    whenNobodyWaits(
      (kept) =>
        aheadThread.run('locations', paramsOf(project, id, settings), { signal: kept, onCrash: 'again' }),
      signal,
    );
}

function paramsOf(project: Project, image: string, settings: LocationSettings) {
  return { ...scopeOf(project), image, settings, coarse: false };
}

/** Gives an image the points that were found. @returns its number of points, including those added by hand */
async function keepFound(
  project: Project,
  image: ImageEntry,
  found: SearchedLocations,
  keepByHand: boolean,
  editId: string,
): Promise<number> {
  const { title, change } = await recordOf(project, image, found, keepByHand, editId);
  await project.annotation(image).edit(title, { locations: change }, editId);
  return change.value === null ? 0 : change.value.length / 2;
}

/** The record of points that were found, with those added by hand. */
async function recordOf(
  project: Project,
  image: ImageEntry,
  { points, sigmaPx, threshold, settings }: SearchedLocations,
  keepByHand: boolean,
  editId: string,
): Promise<LocationsRecord> {
  const before = await readLocations(project, image.id);
  const isKept = (i: number): boolean => keepByHand && before.byHand[i] === 1;
  const kept = before.points.filter((_, i) => isKept(i >> 1));
  const others = withoutNeighbours(points, kept, sigmaPx);
  const all = joined(others, kept);
  const newIds = pointIds(pointOrigin(editId), others.length / 2);
  const ids = [...newIds, ...before.ids.filter((_, i) => isKept(i))];
  return foundRecord(all, { sigmaPx, threshold }, settings, kept.length === 0 ? null : { points: kept, ids });
}

/** Found points, without those near a point added by hand: within two σ, about the radius of a nucleus. */
function withoutNeighbours(points: Locations, kept: Locations, sigmaPx: number): Locations {
  const limit = (2 * sigmaPx) ** 2;
  const isFree = (i: number): boolean => {
    for (let k = 0; k < kept.length; k += 2) {
      if (
        (float32At(points, 2 * i) - float32At(kept, k)) ** 2 +
          (float32At(points, 2 * i + 1) - float32At(kept, k + 1)) ** 2 <
        limit
      )
        return false;
    }
    return true;
  };
  return kept.length === 0 ? points : points.filter((_, i) => isFree(i >> 1));
}

/** Saves settings for these images only, or for the project. Then its images have no own settings. */
async function keepSettings(
  project: Project,
  images: readonly string[] | null,
  settings: LocationSettings,
): Promise<void> {
  await project.update((manifest) => ({
    ...(images === null ? withSettings(manifest, 'locations', settings) : manifest),
    images: manifest.images.map((image) =>
      images === null
        ? { ...image, ownLocationSettings: null }
        : images.includes(image.id)
          ? { ...image, ownLocationSettings: settings }
          : image,
    ),
  }));
}

/**
 * Replaces an image's own settings by the project's. Points that were found are found again, also corrected
 * ones. Imported points stay, because they do not depend on settings.
 */
export async function useProjectSettings(
  project: Project,
  imageId: string,
  keepByHand: boolean,
  editId: string,
  signal: AbortSignal,
): Promise<void> {
  const image = project.image(imageId);
  const annotation = project.annotation(image);
  const part = (await annotation.view()).state.locations;
  const isFound = part !== null && Number.isFinite(Number(part.source.parameters.sigmaPx ?? Number.NaN));
  const { locations: settings } = project.manifest.settings;
  const found = isFound ? { ...(await lookNow(project)(image, settings, signal)), settings } : null;
  await project.update((manifest) => ({
    ...manifest,
    images: manifest.images.map((entry) =>
      entry.id === imageId ? { ...entry, ownLocationSettings: null } : entry,
    ),
  }));
  const record = found && (await recordOf(project, image, found, keepByHand, editId));
  const now = record && { value: await annotation.read('locations'), source: part?.source };
  // Without a changed point, it is no step of undo.
  if (record === null || isDeepStrictEqual(record.change, now))
    await annotation.noteUnchanged('Use the settings of the project', editId);
  else await annotation.edit(record.title, { locations: record.change }, editId);
}

/**
 * Imports locations from a table or from a label image. @throws LacssError `annotation-invalid`,
 * `image-size-mismatch`, `file-damaged`
 */
export async function importLocations(
  project: Project,
  imageId: string,
  path: string,
  format: 'csv' | 'labels',
  editId: string,
): Promise<void> {
  const image = project.image(imageId);
  const { title, change } = await fileRecord(path, format, image);
  await project.annotation(image).edit(title, { locations: change }, editId);
}
