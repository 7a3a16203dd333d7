import { float32At, float64At, int32At, itemAt, uint32At, uint8At } from '../contract/elements.ts';
import type { CellLabels, LabelRuns, PixelSizeUm } from '../contract/pixels.ts';
import { uniqueChannelNames } from '../imaging/channels/unique-channel-names.ts';
import { instanceLabels } from '../imaging/label/instance-labels.ts';
import { runsOf } from '../imaging/label/runs-of.ts';
import type { PlaneBand } from '../imaging/read-plane.ts';

/** Intensity of one channel within a cell, over the pixels that have a number; `null` if none has. */
export interface CellIntensity {
  channel: string;
  mean: number | null;
  min: number | null;
  max: number | null;
  /** Sum over these pixels. */
  integrated: number | null;
}

/** Lengths and areas of a cell, in px or µm. */
export interface CellShape {
  area: number;
  /** Length of the outline; `null` in µm if pixels are not square. */
  perimeter: number | null;
  majorAxis: number;
  minorAxis: number;
}

/** The measurements of one cell. */
export interface CellMeasurement {
  label: number;
  /** Centre of mass in pixels; the centre of the first pixel is (0.5, 0.5). */
  centroid: { y: number; x: number };
  px: CellShape;
  /** `null` if the pixel size is unknown. */
  um: (CellShape & { centroid: { y: number; x: number } }) | null;
  /** Eccentricity of the ellipse with the same second moments: 0 for a circle, near 1 for a long cell. */
  eccentricity: number;
  /** Share of the convex hull that the cell fills. */
  solidity: number;
  intensities: CellIntensity[];
}

/** A channel to measure. */
export interface MeasuredChannel {
  name: string;
  /** All its rows in bands, from the top down. */
  bands: Iterable<PlaneBand> | AsyncIterable<PlaneBand>;
}

/** The pixels of one label, as runs. */
interface LabelRegion {
  label: number;
  top: number;
  left: number;
  /** The last row and column. */
  bottom: number;
  right: number;
  area: number;
  sumY: number;
  sumX: number;
  runs: RowRun[];
}

/** Columns `start` up to `end` of row `y`. */
interface RowRun {
  y: number;
  start: number;
  end: number;
}

/** Largest ratio of pixel height and width, or its inverse, for which a perimeter in µm is meaningful. */
const squareTolerance = 1.01;

/**
 * Measures every instance of a label image, in the order of the labels.
 *
 * Area, perimeter, axis lengths, eccentricity and solidity are those of `skimage.measure.regionprops`
 * (scikit-image 0.19, goldens in test/golden). The centroid is half a pixel more along both axes, because a
 * pixel's centre is at +0.5 here.
 *
 * Channels of equal names get their numbers: `DAPI`, `DAPI (3)`. Each is read once, band by band. Only the
 * runs of the cells are held.
 *
 * @throws RangeError where a channel has another size than the label image; what its bands throw.
 */
export async function measureCells(
  cells: CellLabels,
  channels: readonly MeasuredChannel[],
  pixelSizeUm: PixelSizeUm | null,
): Promise<CellMeasurement[]> {
  const labels = runsOf(cells);
  const known = instanceLabels(labels);
  const indexOf = new Map(Array.from(known, (label, index) => [label, index]));
  /** Which cell each run belongs to. */
  const owners = Int32Array.from(labels.labels, (label) => indexOf.get(label)!);
  const names = uniqueChannelNames(channels.map(({ name }) => name));
  const intensities: IntensityTable[] = [];
  for (const [i, { bands }] of channels.entries()) {
    intensities.push(await measureIntensities(labels, owners, known.length, itemAt(names, i), bands));
  }
  return findRegions(labels, known, owners).map((region, cell) =>
    measureRegion(
      region,
      intensities.map((table) => intensityOf(table, cell)),
      pixelSizeUm,
    ),
  );
}

/** The regions of all cells, in the order of their labels. */
function findRegions(labels: LabelRuns, known: Float64Array, owners: Int32Array): LabelRegion[] {
  const regions = Array.from(known, (label): LabelRegion => {
    const nowhere = { top: Infinity, left: Infinity, bottom: -1, right: -1 };
    return { label, ...nowhere, area: 0, sumY: 0, sumX: 0, runs: [] };
  });
  for (let y = 0, run = 0; y < labels.height; y++) {
    for (; run < uint32At(labels.rowStarts, y + 1); run++) {
      const region = itemAt(regions, int32At(owners, run));
      const [start, end] = [int32At(labels.starts, run), int32At(labels.ends, run)];
      region.top = Math.min(region.top, y);
      region.bottom = y;
      region.left = Math.min(region.left, start);
      region.right = Math.max(region.right, end - 1);
      region.area += end - start;
      region.sumY += y * (end - start);
      region.sumX += ((start + end - 1) * (end - start)) / 2;
      region.runs.push({ y, start, end });
    }
  }
  return regions;
}

function measureRegion(
  region: LabelRegion,
  intensities: CellIntensity[],
  pixelSizeUm: PixelSizeUm | null,
): CellMeasurement {
  const { area, label } = region;
  const centroid = { y: region.sumY / area, x: region.sumX / area };
  let yy = 0;
  let xx = 0;
  let yx = 0;
  for (const { y, start, end } of region.runs) {
    const dy = y - centroid.y;
    for (let x = start; x < end; x++) {
      const dx = x - centroid.x;
      yy += dy * dy;
      xx += dx * dx;
      yx += dy * dx;
    }
  }
  const moments = { yy: yy / area, xx: xx / area, yx: yx / area };
  const axes = ellipseAxes(moments);
  const perimeter = perimeterOf(region);
  const px = { area, perimeter, majorAxis: axes.major, minorAxis: axes.minor };
  const centre = { y: centroid.y + 0.5, x: centroid.x + 0.5 };
  return {
    label,
    centroid: centre,
    px,
    um: pixelSizeUm === null ? null : inMicrometres(px, moments, centre, pixelSizeUm),
    eccentricity: axes.major === 0 ? 0 : Math.sqrt(Math.max(0, 1 - (axes.minor / axes.major) ** 2)),
    solidity: area / convexArea(region),
    intensities,
  };
}

interface Moments {
  yy: number;
  xx: number;
  yx: number;
}

/** Full axes of the ellipse with these second moments: four standard deviations along the principal axes. */
function ellipseAxes({ yy, xx, yx }: Moments): { major: number; minor: number } {
  const middle = (yy + xx) / 2;
  const spread = Math.hypot((yy - xx) / 2, yx);
  return { major: 4 * Math.sqrt(middle + spread), minor: 4 * Math.sqrt(Math.max(0, middle - spread)) };
}

function inMicrometres(
  px: CellShape,
  { yy, xx, yx }: Moments,
  centroid: { y: number; x: number },
  size: PixelSizeUm,
): CellMeasurement['um'] {
  const axes = ellipseAxes({ yy: yy * size.y ** 2, xx: xx * size.x ** 2, yx: yx * size.y * size.x });
  const square = Math.max(size.y, size.x) / Math.min(size.y, size.x) <= squareTolerance;
  return {
    area: px.area * size.y * size.x,
    perimeter: square && px.perimeter !== null ? px.perimeter * Math.sqrt(size.y * size.x) : null,
    majorAxis: axes.major,
    minorAxis: axes.minor,
    centroid: { y: centroid.y * size.y, x: centroid.x * size.x },
  };
}

/** Length that a border pixel adds, by 10 × its diagonal + 2 × its straight border neighbours + 1. */
const perimeterWeights = new Float64Array(64);
for (const code of [5, 7, 15, 17, 25, 27]) perimeterWeights[code] = 1;
for (const code of [21, 33]) perimeterWeights[code] = Math.SQRT2;
for (const code of [13, 23]) perimeterWeights[code] = (1 + Math.SQRT2) / 2;

/**
 * Length of a region's border, from the neighbourhoods of its border pixels.
 *
 * K. Benkrid, D. Crookes, "Design and FPGA Implementation of a Perimeter Estimator", The Queen's University
 * of Belfast, 2000; like `skimage.measure.perimeter` with a neighbourhood of 4.
 */
function perimeterOf({ top, left, bottom, right, runs }: LabelRegion): number {
  // The region's bounding box with a margin of one, so that neighbours need no checks.
  const boxWidth = right - left + 3;
  const isOwn = new Uint8Array((bottom - top + 3) * boxWidth);
  const rowOf = ({ y, start }: RowRun): number => (y - top + 1) * boxWidth + (start - left + 1);
  for (const run of runs) isOwn.fill(1, rowOf(run), rowOf(run) + run.end - run.start);
  const border = new Uint8Array(isOwn.length);
  for (const run of runs) {
    const first = rowOf(run);
    for (let i = first; i < first + run.end - run.start; i++) {
      const inner =
        uint8At(isOwn, i - boxWidth) &
        uint8At(isOwn, i + boxWidth) &
        uint8At(isOwn, i - 1) &
        uint8At(isOwn, i + 1);
      border[i] = 1 - inner;
    }
  }
  let length = 0;
  for (let i = boxWidth + 1; i < border.length - boxWidth - 1; i++) {
    if (border[i] === 0) continue;
    const straight =
      uint8At(border, i - 1) +
      uint8At(border, i + 1) +
      uint8At(border, i - boxWidth) +
      uint8At(border, i + boxWidth);
    const diagonal =
      uint8At(border, i - boxWidth - 1) +
      uint8At(border, i - boxWidth + 1) +
      uint8At(border, i + boxWidth - 1) +
      uint8At(border, i + boxWidth + 1);
    length += float64At(perimeterWeights, 1 + 2 * straight + 10 * diagonal);
  }
  return length;
}

/** Tolerance for centres on the hull itself. */
const onHull = 1e-9;

/**
 * Area of the convex hull in pixels, like `skimage.morphology.convex_hull_image`. The hull is that of the
 * midpoints of the region's pixel sides. A pixel counts if its centre is inside or on it.
 */
function convexArea(region: LabelRegion): number {
  const points: [y: number, x: number][] = [];
  const { runs } = region;
  for (let i = 0; i < runs.length;) {
    const { y, start: first } = itemAt(runs, i);
    while (i < runs.length && itemAt(runs, i).y === y) i++;
    const last = itemAt(runs, i - 1).end - 1;
    points.push(
      [y, first - 0.5],
      [y, last + 0.5],
      [y - 0.5, first],
      [y + 0.5, first],
      [y - 0.5, last],
      [y + 0.5, last],
    );
  }
  const hull = convexHull(points);
  let area = 0;
  for (let y = region.top; y <= region.bottom; y++) {
    let start = Infinity;
    let end = -Infinity;
    for (let i = 0; i < hull.length; i++) {
      const [y0, x0] = itemAt(hull, i);
      const [y1, x1] = itemAt(hull, (i + 1) % hull.length);
      if (Math.min(y0, y1) > y || Math.max(y0, y1) < y) continue;
      const x = y0 === y1 ? x0 : x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);
      start = Math.min(start, x);
      end = Math.max(end, x);
    }
    area += Math.floor(end + onHull) - Math.ceil(start - onHull) + 1;
  }
  return area;
}

/**
 * A. M. Andrew, "Another efficient algorithm for convex hulls in two dimensions", Information Processing
 * Letters 9(5), 1979.
 */
function convexHull(points: readonly [number, number][]): [number, number][] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (ordered: readonly [number, number][]): [number, number][] => {
    const chain: [number, number][] = [];
    for (const point of ordered) {
      while (chain.length >= 2 && turn(chain.at(-2)!, chain.at(-1)!, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

function turn(
  a: readonly [number, number],
  b: readonly [number, number],
  c: readonly [number, number],
): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** The intensities of one channel, by cell. */
interface IntensityTable {
  channel: string;
  /** Number of pixels with a value. Pixels beside the image are NaN. */
  counts: Uint32Array;
  min: Float64Array;
  max: Float64Array;
  sum: Float64Array;
}

/** @param owners which of `count` cells each run belongs to. */
async function measureIntensities(
  { height, width, rowStarts, starts, ends }: LabelRuns,
  owners: Int32Array,
  count: number,
  channel: string,
  bands: MeasuredChannel['bands'],
): Promise<IntensityTable> {
  const counts = new Uint32Array(count);
  const min = new Float64Array(count).fill(Infinity);
  const max = new Float64Array(count).fill(-Infinity);
  const sum = new Float64Array(count);
  let rows = 0;
  for await (const band of bands) {
    rows = band.y + band.height;
    if (band.width !== width || rows > height) {
      rows = 0;
      break;
    }
    for (let run = uint32At(rowStarts, band.y), y = band.y; y < rows; y++) {
      const row = (y - band.y) * width;
      for (; run < uint32At(rowStarts, y + 1); run++) {
        const cell = int32At(owners, run);
        for (let i = row + int32At(starts, run); i < row + int32At(ends, run); i++) {
          const value = float32At(band.data, i);
          if (Number.isNaN(value)) continue;
          counts[cell] = uint32At(counts, cell) + 1;
          if (value < float64At(min, cell)) min[cell] = value;
          if (value > float64At(max, cell)) max[cell] = value;
          sum[cell] = float64At(sum, cell) + value;
        }
      }
    }
  }
  if (rows === height) return { channel, counts, min, max, sum };
  throw new RangeError(`channel ${channel} has other pixels than the label image of ${height} × ${width}`);
}

function intensityOf({ channel, counts, min, max, sum }: IntensityTable, cell: number): CellIntensity {
  const count = uint32At(counts, cell);
  if (count === 0) return { channel, mean: null, min: null, max: null, integrated: null };
  return {
    channel,
    mean: float64At(sum, cell) / count,
    min: float64At(min, cell),
    max: float64At(max, cell),
    integrated: float64At(sum, cell),
  };
}
