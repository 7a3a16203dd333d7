import { z } from 'zod';
import { coordinateSchema, sumSchema } from '../contract/numbers.ts';
import { itemAt, numberAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { ContourSet } from '../contract/pixels.ts';
import { parseToFirstFault } from '../contract/parse-to-first-fault.ts';
import type { CellMeasurement } from '../measure/measure-cells.ts';
import { jsonList } from './json-list.ts';
import {
  labelsByName,
  labelsOf,
  outlinesOf,
  splitAtTouchingCorners,
  type DrawnLabels,
  type Outline,
  type Shape,
} from './outlines.ts';

export interface GeojsonOptions {
  /** Type of the objects in QuPath. @default 'detection' */
  objectType?: 'detection' | 'cell' | 'annotation';
  /** Class of the objects in QuPath. @default 'Cell' */
  className?: string;
  /** Measurements of the cells, matched by label. */
  cells?: readonly CellMeasurement[];
  /** Scores by label. */
  scores?: ReadonlyMap<number, number>;
}

type GeojsonPosition = [x: number, y: number];

/** QuPath packs a colour as 0xRRGGBB; this is the list form. */
const classColor = [0, 190, 190];

/**
 * Cells as GeoJSON for QuPath (drag it onto the image): a FeatureCollection of polygons in pixels, x before
 * y. Rings are closed; outer rings and holes have opposite orientation (RFC 7946). Each polygon has its class
 * and measurements, and its label as name.
 *
 * Source: QuPath documentation, "Exporting annotations",
 * https://qupath.readthedocs.io/en/stable/docs/advanced/exporting_annotations.html.
 */
export function geojson(contours: ContourSet, options: GeojsonOptions = {}): string {
  const { objectType = 'detection', className = 'Cell', cells = [], scores } = options;
  const byLabel = new Map(cells.map((cell) => [cell.label, cell]));
  const features = outlinesOf(splitAtTouchingCorners(contours)).map((outline) => ({
    type: 'Feature',
    geometry: geometryOf(outline),
    properties: {
      objectType,
      name: String(outline.label),
      classification: { name: className, color: classColor },
      measurements: measurementsOf(byLabel.get(outline.label), scores?.get(outline.label)),
    },
  }));
  return `${JSON.stringify({ type: 'FeatureCollection', features })}\n`;
}

function geometryOf({ pieces }: Outline): object {
  const polygons = pieces.map(({ outer, holes }) => [outer, ...holes].map(closedRing));
  return polygons.length === 1
    ? { type: 'Polygon', coordinates: polygons[0] }
    : { type: 'MultiPolygon', coordinates: polygons };
}

function closedRing(ring: ArrayLike<number>): GeojsonPosition[] {
  const positions: GeojsonPosition[] = [];
  for (let i = 0; i < ring.length; i += 2) positions.push([numberAt(ring, i + 1), numberAt(ring, i)]);
  positions.push(itemAt(positions, 0));
  return positions;
}

function measurementsOf(
  cell: CellMeasurement | undefined,
  score: number | undefined,
): Record<string, number> {
  const measurements: Record<string, number> = {};
  if (score !== undefined) measurements.Score = score;
  if (cell === undefined) return measurements;
  const shape = cell.um ?? cell.px;
  const unit = cell.um === null ? 'px' : 'µm';
  measurements[`Area ${unit}^2`] = shape.area;
  if (shape.perimeter !== null) measurements[`Perimeter ${unit}`] = shape.perimeter;
  measurements[`Major axis ${unit}`] = shape.majorAxis;
  measurements[`Minor axis ${unit}`] = shape.minorAxis;
  measurements.Eccentricity = cell.eccentricity;
  measurements.Solidity = cell.solidity;
  for (const { channel, mean, min, max, integrated } of cell.intensities) {
    if (mean === null || min === null || max === null || integrated === null) continue;
    measurements[`${channel}: Mean`] = mean;
    measurements[`${channel}: Min`] = min;
    measurements[`${channel}: Max`] = max;
    measurements[`${channel}: Sum`] = integrated;
  }
  return measurements;
}

const ringSchema = z.array(z.tuple([coordinateSchema, coordinateSchema]).rest(sumSchema)).min(3);
const geometrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: z.array(ringSchema) }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ringSchema)) }),
]);
const featureSchema = z.object({
  geometry: geometrySchema,
  // QuPath writes no name for an object without one; other programs write numbers, or null.
  properties: z.object({ name: z.unknown().optional() }).nullish(),
});

/**
 * The label image of the polygons in a GeoJSON file, as QuPath and other programs write it. Numeric names
 * become labels.
 *
 * @param height height of the annotated image.
 * @throws LacssError `file-damaged` if it is not a GeoJSON file of polygons, `image-size-mismatch` if a cell
 * is outside.
 */
export function readGeojson(text: string, fileName: string, height: number, width: number): DrawnLabels {
  const names: (string | null)[] = [];
  const outlines: Float64Array[][] = [];
  try {
    // QuPath writes a FeatureCollection, or optionally a plain list of features. They are unpacked one by
    // one: as objects, the positions of 30,000 cells take over 1 GB.
    for (const item of jsonList(text, 'features')) {
      const parsed = parseToFirstFault(featureSchema, item);
      if (!parsed.success) throw parsed.error;
      const { geometry, properties } = parsed.data;
      const name = properties?.name;
      names.push(typeof name === 'string' || typeof name === 'number' ? String(name) : null);
      const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
      outlines.push(polygons.flat().map(packRing));
    }
  } catch (cause) {
    throw new LacssError('file-damaged', `${fileName} is not a GeoJSON file of polygons.`, {
      subject: fileName,
      remedy:
        'Export it from QuPath with File › Export objects as GeoJSON, cells or annotations of closed shapes only.',
      cause,
    });
  }
  const labels = labelsByName(names);
  const shapes = outlines.map((rings, i): Shape => ({ label: numberAt(labels, i), rings }));
  return labelsOf(shapes, fileName, height, width);
}

/** Vertices packed y, x. */
function packRing(ring: z.infer<typeof ringSchema>): Float64Array {
  const packed = new Float64Array(2 * ring.length);
  ring.forEach(([x, y], i) => packed.set([y, x], 2 * i));
  return packed;
}
