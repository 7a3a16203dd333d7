import { basename } from 'node:path';
import { parseLocationsCsv } from '../../annotation/parse-locations-csv.ts';
import { LacssError } from '../../contract/errors.ts';
import type { Failure } from '../../contract/failure.ts';
import type { JobControl, Pace } from '../../contract/job.ts';
import type { Locations } from '../../contract/pixels.ts';
import type { AnnotationSource, ImageEntry } from '../../contract/project.ts';
import type { LocationSettings } from '../../contract/requests/locations.ts';
import { centresOfMass } from '../../imaging/label/centres-of-mass.ts';
import { companionsOf, namedFile } from '../../project/companion-file.ts';
import type { Project } from '../../project/project.ts';
import { readBytes } from '../../project/read-bytes.ts';
import { readLabelImage } from '../../project/read-label-image.ts';
import { chosenImages } from '../chosen-images.ts';
import { forEachItem } from '../for-each-item.ts';
import { paceOf } from '../pace-of.ts';
import { computeLocations } from './compute-locations.ts';

/** Where the locations come from. */
export type LocationChoice =
  /** The nuclei channel. */
  | { kind: 'difference-of-gaussians'; settings?: Partial<LocationSettings> }
  /** The centres of mass in the label images of a folder, or else in those attached to the images. */
  | { kind: 'labels'; folder?: string }
  /** Tables `y,x` of a folder, called like the images. */
  | { kind: 'csv'; folder: string };

export interface LocateParams {
  choice: LocationChoice;
  /** Ids or names. @default all */
  images?: readonly string[];
  /** Do images anew that have locations already. @default false */
  again?: boolean;
}

export interface LocateResult {
  done: {
    image: string;
    name: string;
    count: number;
    /** What σ came to; `null` where the locations were given. */
    sigmaPx: number | null;
    /** Why none were found, in one sentence, where the image itself says so. */
    note?: string;
  }[];
  /** Images that had locations and were left alone. */
  kept: string[];
  failures: Failure[];
}

interface Made {
  locations: Locations;
  title: string;
  source: AnnotationSource;
  sigmaPx: number | null;
  note?: string;
}

/**
 * Gives images their locations and stores them as annotations that can be undone. An image in which none are
 * found has none, which is an answer as well.
 * @throws LacssError `no-images`, `file-not-found`, `file-unwritable`, `disk-full`, `cancelled`
 */
export async function locate(
  project: Project,
  { choice, images, again = false }: LocateParams,
  control: JobControl,
): Promise<LocateResult> {
  project.refuseWhenReadOnly();
  const folder = choice.kind === 'difference-of-gaussians' ? undefined : choice.folder;
  const files =
    folder === undefined
      ? null
      : await companionsOf(project.manifest.images, folder, choice.kind === 'csv' ? 'tables' : 'labels');
  const make = async (image: ImageEntry, pace: Pace): Promise<Made> => {
    if (choice.kind === 'difference-of-gaussians')
      return fromNuclei(project, image, choice.settings ?? {}, pace);
    if (files === null) return fromAttachedLabels(project, image);
    if (choice.kind === 'csv') return fromTable(files.path(namedFile(image), 'table of locations'), image);
    return fromLabelFile(files.path(namedFile(image), 'label image'));
  };
  const result: LocateResult = { done: [], kept: [], failures: [] };
  result.failures = await forEachItem(
    chosenImages(project, images),
    control,
    { message: 'Finding points in', nameOf: ({ name }) => name },
    async (image, own) => {
      const store = project.annotation(image);
      if (!again && (await store.view()).state.locations !== null) {
        result.kept.push(image.name);
        return;
      }
      const { locations, title, source, sigmaPx, note } = await make(image, paceOf(own));
      await store.edit(title, { locations: { value: locations, source } });
      result.done.push({
        image: image.id,
        name: image.name,
        count: locations.length / 2,
        sigmaPx,
        ...(note === undefined ? {} : { note }),
      });
    },
  );
  return result;
}

async function fromNuclei(
  project: Project,
  image: ImageEntry,
  settings: Partial<LocationSettings>,
  pace: Pace,
): Promise<Made> {
  const own = image.ownLocationSettings ?? project.manifest.settings.locations;
  const merged = { ...own, ...settings };
  const { points, sigmaPx, threshold, note } = await computeLocations(project, image, merged, false, pace);
  return {
    locations: points,
    title: 'Find locations',
    source: {
      method: 'difference-of-gaussians',
      by: 'machine',
      parameters: { ...merged, sigmaPx, threshold },
    },
    sigmaPx,
    ...(note === undefined ? {} : { note }),
  };
}

async function fromAttachedLabels(project: Project, image: ImageEntry): Promise<Made> {
  const labels = await project.annotation(image).read('labels');
  if (labels !== null) return centres(centresOfMass(labels), 'the attached label image');
  throw new LacssError('annotation-missing', `${image.name} has no label image.`, {
    subject: image.name,
    remedy: 'Attach one with lacss add --labels FOLDER, or say where they lie.',
  });
}

async function fromLabelFile(path: string): Promise<Made> {
  return centres(centresOfMass(await readLabelImage(await readBytes(path), path)), path);
}

function centres(locations: Locations, file: string): Made {
  return {
    locations,
    title: 'Take the centres of the labels',
    source: { method: 'labels', by: 'person', parameters: { file } },
    sigmaPx: null,
  };
}

async function fromTable(path: string, image: ImageEntry): Promise<Made> {
  const text = new TextDecoder().decode(await readBytes(path));
  return {
    locations: parseLocationsCsv(text, basename(path), image),
    title: `Import ${basename(path)}`,
    source: { method: 'file', by: 'person', parameters: { file: path } },
    sigmaPx: null,
  };
}
