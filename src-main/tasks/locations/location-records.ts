import { basename } from 'node:path';
import { parseLocationsCsv } from '../../annotation/parse-locations-csv.ts';
import type { Locations } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import type { LocationSettings, LocationsPreview } from '../../contract/requests/location-requests.ts';
import { centresOfMass } from '../../imaging/label/centres-of-mass.ts';
import { readBytes } from '../../project/read-bytes.ts';
import { readLabelFile } from '../../project/read-label-image.ts';
import type { PartRecord } from '../annotate-images.ts';
import { formatPointIds } from './point-ids.ts';
import { placeOf } from './read-locations.ts';

export type LocationsRecord = PartRecord<Locations>;

/** Points added by hand that stay among found ones, and the ids of all points. */
export interface KeptByHand {
  points: Locations;
  /** The ids of all points of the record, in their order. */
  ids: readonly string[];
}

/**
 * The record of points that were found with some settings.
 * @param points all points, those added by hand last
 */
export function foundRecord(
  points: Locations,
  { sigmaPx, threshold }: Pick<LocationsPreview, 'sigmaPx' | 'threshold'>,
  settings: LocationSettings,
  kept: KeptByHand | null,
): LocationsRecord {
  const byHand =
    kept === null
      ? {}
      : {
          byHand: Array.from({ length: kept.points.length / 2 }, (_, i) => placeOf(kept.points, i)),
          ids: formatPointIds(kept.ids),
        };
  return {
    title: 'Find points',
    change: {
      value: points,
      source: {
        method: 'difference-of-gaussians',
        by: 'machine',
        parameters: { ...settings, sigmaPx, threshold, ...byHand },
      },
    },
  };
}

/**
 * The record of the points in a file: a table of positions, or a label image with one centre per cell.
 * @throws LacssError `annotation-invalid`, `file-damaged`, `file-not-found`
 */
export async function fileRecord(
  path: string,
  format: 'csv' | 'labels',
  image: ImageEntry,
): Promise<LocationsRecord> {
  if (format === 'labels') return centresRecord(centresOfMass(await readLabelFile(path)), path);
  const bytes = await readBytes(path);
  return {
    title: `Import ${basename(path)}`,
    change: {
      value: parseLocationsCsv(new TextDecoder().decode(bytes), basename(path), image),
      source: { method: 'file', by: 'person', parameters: { file: path } },
    },
  };
}

/** The record of the centres of labelled cells. */
export function centresRecord(centres: Locations, file: string): LocationsRecord {
  return {
    title: 'Use the centres of labelled cells',
    change: { value: centres, source: { method: 'labels', by: 'person', parameters: { file } } },
  };
}
