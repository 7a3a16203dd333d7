import type { AnnotationSource, ImageEntry } from '../../contract/project.ts';
import type { Locations, Mask } from '../../contract/pixels.ts';
import type { LocationsView, LocationWarning } from '../../contract/requests/locations.ts';
import { centresOfMass } from '../../imaging/label/centres-of-mass.ts';
import { labelComponents } from '../../imaging/label/label-components.ts';
import { foregroundOf } from './known-foreground.ts';
import type { Project } from '../../project/project.ts';

/** Warnings of one kind that are worth listing; the rest says only how many more there are. */
const listed = 200;

/** The locations an image has, how they came about, and what a person should look at. */
export async function readLocations(project: Project, imageId: string): Promise<LocationsView> {
  const image = project.image(imageId);
  const annotation = project.annotation(image);
  const { state } = await annotation.view();
  const part = state.locations;
  const points = (await annotation.read('locations')) ?? new Float32Array(0);
  const foreground = (await foregroundOf(project, image))?.mask ?? null;
  const parameters: AnnotationSource['parameters'] = part?.source.parameters ?? {};
  return {
    image: image.id,
    points,
    byHand: byHandOf(points, parameters.byHand),
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

/** The points a person has put or moved, found again by where they are. */
function byHandOf(points: Locations, positions: unknown): Uint8Array {
  const marks = new Uint8Array(points.length / 2);
  if (!Array.isArray(positions)) return marks;
  const places = new Set<unknown>(positions);
  for (let i = 0; i < marks.length; i++) marks[i] = places.has(placeOf(points, i)) ? 1 : 0;
  return marks;
}

/** A point as it is remembered in the source of an annotation, which CSV keeps to the same digits. */
export function placeOf(points: Locations, index: number): string {
  return `${points[2 * index]!.toFixed(2)},${points[2 * index + 1]!.toFixed(2)}`;
}

function warningsOf(image: ImageEntry, points: Locations, foreground: Mask | null): LocationWarning[] {
  if (points.length === 0) {
    return [
      {
        kind: 'no-points',
        message: `${image.name} has no locations: nothing can be learnt from it.`,
        at: null,
      },
    ];
  }
  if (foreground === null) return [];
  return [...pointsOutside(points, foreground), ...emptyPieces(points, foreground)].slice(0, 2 * listed);
}

function pointsOutside(points: Locations, { height, width, data }: Mask): LocationWarning[] {
  const warnings: LocationWarning[] = [];
  for (let i = 0; i < points.length && warnings.length < listed; i += 2) {
    const [y, x] = [points[i]!, points[i + 1]!];
    const row = Math.min(height - 1, Math.floor(y));
    const column = Math.min(width - 1, Math.floor(x));
    if (data[row * width + column] === 0) {
      warnings.push({
        kind: 'point-outside-foreground',
        message: 'A location outside the foreground.',
        at: { y, x },
      });
    }
  }
  return warnings;
}

function emptyPieces(points: Locations, foreground: Mask): LocationWarning[] {
  const pieces = labelComponents(foreground, 8);
  const occupied = new Set<number>();
  for (let i = 0; i < points.length; i += 2) {
    const row = Math.min(pieces.height - 1, Math.floor(points[i]!));
    const column = Math.min(pieces.width - 1, Math.floor(points[i + 1]!));
    occupied.add(pieces.data[row * pieces.width + column]!);
  }
  const centres = centresOfMass(pieces);
  const warnings: LocationWarning[] = [];
  for (let piece = 1; 2 * piece <= centres.length && warnings.length < listed; piece++) {
    if (occupied.has(piece)) continue;
    const at = { y: centres[2 * piece - 2]!, x: centres[2 * piece - 1]! };
    warnings.push({ kind: 'foreground-without-point', message: 'Foreground without a location.', at });
  }
  return warnings;
}
