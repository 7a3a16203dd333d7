import { pointIds } from '../../contract/apply-location-edit.ts';
import { float32At } from '../../contract/elements.ts';
import { unpackMask } from '../../contract/packed-mask.ts';
import type { PackedMask } from '../../contract/packed-mask.ts';
import type { AnnotationPart, AnnotationSource, ImageEntry } from '../../contract/project-files.ts';
import type { Locations } from '../../contract/pixels.ts';
import type { LocationsView, LocationWarning } from '../../contract/requests/location-requests.ts';
import { foregroundOf } from '../foreground/known-foreground.ts';
import type { Project } from '../../project/project.ts';
import { parsePointIds } from './point-ids.ts';
import { locationWarnings } from './location-warnings.ts';

/** The locations of an image, how they were made, and what a person should check. */
export async function readLocations(project: Project, imageId: string): Promise<LocationsView> {
  const image = project.image(imageId);
  const annotation = project.annotation(image);
  const { state, value, revision } = await annotation.readWithView('locations');
  const part = state.locations;
  const points = value ?? new Float32Array(0);
  const foreground = (await foregroundOf(project, image))?.mask ?? null;
  const parameters: AnnotationSource['parameters'] = part?.source.parameters ?? {};
  return {
    image: image.id,
    points,
    byHand: byHandOf(points, parameters.byHand),
    ids: idsOf(part, points.length / 2),
    revision,
    origin: part === null ? 'missing' : originOf(part.source.method),
    settings: image.ownLocationSettings ?? project.manifest.settings.locations,
    own: image.ownLocationSettings !== null,
    sigmaPx: Number(parameters.sigmaPx ?? Number.NaN),
    threshold: Number(parameters.threshold ?? Number.NaN),
    warnings: part === null ? [] : warningsOf(image, points, foreground),
  };
}

function originOf(method: string): LocationsView['origin'] {
  if (method === 'difference-of-gaussians') return 'found';
  return method === 'edited' ? 'edited' : 'imported';
}

/**
 * The ids of points: those saved with them, otherwise ids made from their content. The same content always
 * has the same ids, so an edit of other content never fits by chance.
 */
function idsOf(part: AnnotationPart | null, count: number): readonly string[] {
  const kept = part?.source.parameters.ids;
  const ids = typeof kept === 'string' ? parsePointIds(kept, count) : null;
  return ids ?? pointIds(part?.sha256?.slice(0, 12) ?? '', count);
}

/** The points that a person has added or moved, recognised by their positions. */
function byHandOf(points: Locations, positions: unknown): Uint8Array {
  const marks = new Uint8Array(points.length / 2);
  if (!Array.isArray(positions)) return marks;
  const places = new Set<unknown>(positions);
  for (let i = 0; i < marks.length; i++) marks[i] = places.has(placeOf(points, i)) ? 1 : 0;
  return marks;
}

/** A point as the source of an annotation keeps it, with the same digits as in CSV. */
export function placeOf(points: Locations, index: number): string {
  return `${float32At(points, 2 * index).toFixed(2)},${float32At(points, 2 * index + 1).toFixed(2)}`;
}

function warningsOf(image: ImageEntry, points: Locations, foreground: PackedMask | null): LocationWarning[] {
  if (points.length === 0) {
    const message = `${image.name} has no locations: nothing can be learnt from it.`;
    return [{ kind: 'no-points', message, places: [] }];
  }
  return foreground === null ? [] : locationWarnings(points, unpackMask(foreground));
}
