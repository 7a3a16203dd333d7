import type { Failure } from '../../contract/failure.ts';
import type { JobControl, Pace } from '../../contract/job.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import type { LocationSettings } from '../../contract/requests/location-requests.ts';
import { centresOfMass } from '../../imaging/label/centres-of-mass.ts';
import { companionsOf, namedFile } from '../../project/companion-file.ts';
import type { Project } from '../../project/project.ts';
import { annotateImages } from '../annotate-images.ts';
import { attachedLabels, attachedLabelsName } from '../attached-labels.ts';
import { paceOf } from '../pace-of.ts';
import { computeLocations } from './compute-locations.ts';
import { centresRecord, fileRecord, foundRecord } from './location-records.ts';
import type { LocationsRecord } from './location-records.ts';

/** The source of locations. */
export type LocationChoice =
  /** The nuclei channel. */
  | { kind: 'difference-of-gaussians'; settings?: Partial<LocationSettings> }
  /** The centres of mass in the label images of a folder, otherwise in those attached to the images. */
  | { kind: 'labels'; folder?: string }
  /** Tables `y,x` of a folder, with the names of the images. */
  | { kind: 'csv'; folder: string };

export interface LocateParams {
  choice: LocationChoice;
  /** Ids or names. @default all */
  images?: readonly string[];
  /** Also process images that have locations already. @default false */
  again?: boolean;
}

export interface LocateResult {
  done: {
    image: string;
    name: string;
    count: number;
    /** The σ used; `null` if the locations were given. */
    sigmaPx: number | null;
    /** Why none were found, in one sentence, if the image is the reason. */
    note?: string;
  }[];
  /** Images that had locations and kept them. */
  kept: string[];
  failures: Failure[];
}

/** Locations to be saved, and how they were found. */
interface MadeLocations {
  record: LocationsRecord;
  sigmaPx: number | null;
  note?: string;
}

/**
 * Gives images their locations and stores them as annotations that can be undone. An image without cells gets
 * an empty list of locations.
 * @throws LacssError `no-images`, `file-not-found`, `file-unwritable`, `disk-full`, `cancelled`
 */
export async function locateCells(
  project: Project,
  { choice, images, again = false }: LocateParams,
  control: JobControl,
): Promise<LocateResult> {
  project.refuseWhenReadOnly();
  const folder = choice.kind === 'difference-of-gaussians' ? undefined : choice.folder;
  const format = choice.kind === 'csv' ? 'csv' : 'labels';
  const files =
    folder === undefined
      ? null
      : await companionsOf(project.manifest.images, folder, format === 'csv' ? 'tables' : 'labels');
  const done: LocateResult['done'] = [];
  const { kept, failures } = await annotateImages<'locations', MadeLocations>(
    project,
    {
      part: 'locations',
      images,
      again,
      message: 'Finding points in',
      make: async (image, own) => {
        if (choice.kind === 'difference-of-gaussians')
          return fromNuclei(project, image, choice.settings ?? {}, paceOf(own));
        if (files === null) {
          const centres = centresOfMass(await attachedLabels(project, image));
          return { record: centresRecord(centres, attachedLabelsName), sigmaPx: null };
        }
        const path = files.path(namedFile(image), format === 'csv' ? 'table of locations' : 'label image');
        return { record: await fileRecord(path, format, image), sigmaPx: null };
      },
      onSaved: (image, { sigmaPx, note }, { locations }) => {
        done.push({
          image: image.id,
          name: image.name,
          count: locations?.count ?? 0,
          sigmaPx,
          ...(note === undefined ? {} : { note }),
        });
      },
    },
    control,
  );
  return { done, kept, failures };
}

async function fromNuclei(
  project: Project,
  image: ImageEntry,
  settings: Partial<LocationSettings>,
  pace: Pace,
): Promise<MadeLocations> {
  const own = image.ownLocationSettings ?? project.manifest.settings.locations;
  const merged = { ...own, ...settings };
  const found = await computeLocations(project, image, merged, false, pace);
  return {
    record: foundRecord(found.points, found, merged, null),
    sigmaPx: found.sigmaPx,
    ...(found.note === undefined ? {} : { note: found.note }),
  };
}
