import type { FloatPlane, LabelImage, PixelSizeUm } from '../contract/pixels.ts';
import { uniqueChannelNames } from '../imaging/channels/unique-channel-names.ts';

/** Intensity of one channel within a cell. */
export interface CellIntensity {
  channel: string;
  mean: number;
  min: number;
  max: number;
  /** Sum over the cell's pixels. */
  integrated: number;
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
  plane: FloatPlane;
}

/** The pixels of one label. */
interface Region {
  label: number;
  top: number;
  left: number;
  bottom: number;
  right: number;
  area: number;
  sumY: number;
  sumX: number;
}

/** Largest ratio of pixel height and width, or its inverse, for which a perimeter in µm is meaningful. */
const squareTolerance = 1.01;

/**
 * Measures every instance of a label image, in the order of the labels.
 *
 * Area, perimeter, axis lengths, eccentricity and solidity are those of `skimage.measure.regionprops`
 * (scikit-image 0.19, goldens in test/golden); the centroid is half a pixel more along both axes, for here a
 * pixel's centre lies at +0.5.
 *
 * Channels of equal names are told apart by their numbers: `DAPI`, `DAPI (3)`.
 *
 * @throws RangeError where a channel has another size than the label image.
 */
export function measureCells(
  labels: LabelImage,
  channels: readonly MeasuredChannel[],
  pixelSizeUm: PixelSizeUm | null,
): CellMeasurement[] {
  for (const { name, plane } of channels) {
    if (plane.height !== labels.height || plane.width !== labels.width) {
      throw new RangeError(
        `channel ${name} has ${plane.height} × ${plane.width} pixels, expected ${labels.height} × ${labels.width}`,
      );
    }
  }
  const names = uniqueChannelNames(channels.map(({ name }) => name));
  const named = channels.map(({ plane }, i) => ({ name: names[i]!, plane }));
  return findRegions(labels).map((region) => measureRegion(labels, region, named, pixelSizeUm));
}

function findRegions({ data, width }: LabelImage): Region[] {
  const regions = new Map<number, Region>();
  for (let i = 0; i < data.length; i++) {
    const label = data[i]!;
    if (label === 0) continue;
    const x = i % width;
    const y = (i - x) / width;
    const region = regions.get(label);
    if (region === undefined) {
      regions.set(label, { label, top: y, left: x, bottom: y, right: x, area: 1, sumY: y, sumX: x });
      continue;
    }
    region.bottom = y;
    if (x < region.left) region.left = x;
    if (x > region.right) region.right = x;
    region.area++;
    region.sumY += y;
    region.sumX += x;
  }
  return [...regions.values()].sort((a, b) => a.label - b.label);
}

function measureRegion(
  labels: LabelImage,
  region: Region,
  channels: readonly MeasuredChannel[],
  pixelSizeUm: PixelSizeUm | null,
): CellMeasurement {
  const { area, label } = region;
  const centroid = { y: region.sumY / area, x: region.sumX / area };
  let yy = 0;
  let xx = 0;
  let yx = 0;
  forEachPixel(labels, region, (y, x) => {
    const dy = y - centroid.y;
    const dx = x - centroid.x;
    yy += dy * dy;
    xx += dx * dx;
    yx += dy * dx;
  });
  const moments = { yy: yy / area, xx: xx / area, yx: yx / area };
  const axes = ellipseAxes(moments);
  const perimeter = perimeterOf(labels, region);
  const px = { area, perimeter, majorAxis: axes.major, minorAxis: axes.minor };
  const centre = { y: centroid.y + 0.5, x: centroid.x + 0.5 };
  return {
    label,
    centroid: centre,
    px,
    um: pixelSizeUm === null ? null : inMicrometres(px, moments, centre, pixelSizeUm),
    eccentricity: axes.major === 0 ? 0 : Math.sqrt(Math.max(0, 1 - (axes.minor / axes.major) ** 2)),
    solidity: area / convexArea(labels, region),
    intensities: channels.map((channel) => measureIntensity(labels, region, channel)),
  };
}

function forEachPixel(
  { data, width }: LabelImage,
  { label, top, left, bottom, right }: Region,
  visit: (y: number, x: number, index: number) => void,
): void {
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) if (data[y * width + x] === label) visit(y, x, y * width + x);
  }
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
function perimeterOf(labels: LabelImage, region: Region): number {
  const { data, width, height } = labels;
  const { label, top, left } = region;
  // The region's bounding box with a margin of one, so that neighbours need no checks.
  const boxWidth = region.right - left + 3;
  const border = new Uint8Array((region.bottom - top + 3) * boxWidth);
  const isOwn = (y: number, x: number): boolean =>
    y >= 0 && y < height && x >= 0 && x < width && data[y * width + x] === label;
  forEachPixel(labels, region, (y, x) => {
    const inner = isOwn(y - 1, x) && isOwn(y + 1, x) && isOwn(y, x - 1) && isOwn(y, x + 1);
    if (!inner) border[(y - top + 1) * boxWidth + (x - left + 1)] = 1;
  });
  let length = 0;
  for (let i = boxWidth + 1; i < border.length - boxWidth - 1; i++) {
    if (border[i] === 0) continue;
    const straight = border[i - 1]! + border[i + 1]! + border[i - boxWidth]! + border[i + boxWidth]!;
    const diagonal =
      border[i - boxWidth - 1]! +
      border[i - boxWidth + 1]! +
      border[i + boxWidth - 1]! +
      border[i + boxWidth + 1]!;
    length += perimeterWeights[1 + 2 * straight + 10 * diagonal]!;
  }
  return length;
}

/** Tolerance for centres on the hull itself. */
const onHull = 1e-9;

/**
 * Number of pixels with their centre inside or on the convex hull of the midpoints of the region's pixel
 * sides, like `skimage.morphology.convex_hull_image`.
 */
function convexArea(labels: LabelImage, region: Region): number {
  const { data, width } = labels;
  const points: [y: number, x: number][] = [];
  for (let y = region.top; y <= region.bottom; y++) {
    let first = region.left;
    let last = region.right;
    while (first <= last && data[y * width + first] !== region.label) first++;
    while (last >= first && data[y * width + last] !== region.label) last--;
    if (first > last) continue;
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
      const [y0, x0] = hull[i]!;
      const [y1, x1] = hull[(i + 1) % hull.length]!;
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

function measureIntensity(
  labels: LabelImage,
  region: Region,
  { name, plane }: MeasuredChannel,
): CellIntensity {
  let min = Infinity;
  let max = -Infinity;
  let integrated = 0;
  forEachPixel(labels, region, (_y, _x, index) => {
    const value = plane.data[index]!;
    if (value < min) min = value;
    if (value > max) max = value;
    integrated += value;
  });
  return { channel: name, mean: integrated / region.area, min, max, integrated };
}
