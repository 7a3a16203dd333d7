import type { FloatPlane, LabelImage, Locations, Mask } from '../contract/pixels.ts';
import { gaussianFilter } from '../imaging/filters/gaussian-filter.ts';
import { resizePlane } from '../imaging/resample/resize-plane.ts';
import { geodesicPartition } from '../imaging/watershed/geodesic-partition.ts';

/** Widths of the two blurs whose difference shows borders, in mean cell diameters. */
const fineSigma = 0.035;
const coarseSigma = 0.3;

/** How much dearer a step becomes a standard deviation of that difference: e^0.75, about twice. */
const steepness = 0.75;

/** Diameter the image is reduced to: borders still show, and the work no longer depends on the magnification. */
const workingDiameterPx = 32;

/** With less agreement than this the borders' brightness is taken to mean nothing. */
const leastAgreement = 0.75;

/**
 * Divides a foreground among its locations by what the image shows and no learning: each pixel goes to the location it can be
 * reached from on the cheapest path inside the foreground, steps along cells being cheap and across borders dear.
 *
 * Whether borders are dark (phase contrast, cytosol) or bright (membranes) nobody needs to say: taken the wrong way round,
 * paths run along borders, and the parts look nothing like those nearest to each location, which with the right way they
 * mostly do.
 *
 * @param plane the channel that shows the cells, [height, width], any scale of brightness
 * @returns the part of location k has label k + 1; 0 outside the foreground and where no location can be reached from
 * @throws RangeError where plane and foreground differ in size
 */
export function partitionForeground(
  plane: FloatPlane,
  { foreground, locations }: { foreground: Mask; locations: Locations },
): LabelImage {
  const { height, width } = plane;
  if (foreground.height !== height || foreground.width !== width) {
    throw new RangeError(
      `the foreground must be ${height} × ${width} as the plane, received ${foreground.height} × ${foreground.width}`,
    );
  }
  let area = 0;
  for (const value of foreground.data) area += value === 0 ? 0 : 1;
  const data = new Int32Array(height * width);
  if (area === 0 || locations.length === 0) return { height, width, data };
  const diameterPx = Math.sqrt(((4 / Math.PI) * area) / (locations.length / 2));

  const scale = Math.min(1, workingDiameterPx / diameterPx);
  const rows = Math.max(1, Math.round(height * scale));
  const columns = Math.max(1, Math.round(width * scale));
  const borders = bandPass(resizePlane(plane, rows, columns), diameterPx * scale);
  const mask = shrink(foreground, rows, columns);
  const seeds = locations.map((value, i) => value * (i % 2 === 0 ? rows / height : columns / width));
  const parts = bestPartition(standardised(borders, mask), seeds, mask);

  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * rows) / height) * columns;
    for (let x = 0; x < width; x++) {
      if (foreground.data[y * width + x] === 0) continue;
      data[y * width + x] = parts[row + Math.floor(((x + 0.5) * columns) / width)]!;
    }
  }
  return { height, width, data };
}

function bandPass(plane: FloatPlane, diameterPx: number): FloatPlane {
  const fine = gaussianFilter(plane, fineSigma * diameterPx).data;
  const coarse = gaussianFilter(plane, coarseSigma * diameterPx).data;
  return { ...plane, data: fine.map((value, i) => value - coarse[i]!) };
}

/** A smaller mask that holds every pixel of which any part was set. */
function shrink({ height, width, data }: Mask, rows: number, columns: number): Mask {
  const small = new Uint8Array(rows * columns);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * rows) / height) * columns;
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] !== 0) small[row + Math.floor(((x + 0.5) * columns) / width)] = 1;
    }
  }
  return { height: rows, width: columns, data: small };
}

/** Mean 0 and variance 1 inside the mask; all 0 where it is constant there. */
function standardised({ height, width, data }: FloatPlane, mask: Mask): FloatPlane {
  let [count, sum, squares] = [0, 0, 0];
  for (let i = 0; i < data.length; i++) if (mask.data[i] !== 0) [count, sum] = [count + 1, sum + data[i]!];
  const mean = sum / count;
  for (let i = 0; i < data.length; i++) if (mask.data[i] !== 0) squares += (data[i]! - mean) ** 2;
  const deviation = Math.sqrt(squares / count);
  return { height, width, data: data.map((value) => (deviation > 0 ? (value - mean) / deviation : 0)) };
}

/** The partition with dark or with bright borders, whichever is more like that without any; the latter where neither is. */
function bestPartition(borders: FloatPlane, seeds: Locations, mask: Mask): Int32Array {
  const withCost = (sign: number): Int32Array => {
    const cost = borders.data.map((value) => Math.exp(sign * steepness * value));
    return geodesicPartition({ ...borders, data: cost }, seeds, mask).data;
  };
  const nearest = withCost(0);
  let best = { parts: nearest, agreement: leastAgreement };
  for (const sign of [-1, 1]) {
    const parts = withCost(sign);
    const agreement = meanIou(parts, nearest, seeds.length / 2);
    if (agreement > best.agreement) best = { parts, agreement };
  }
  return best.parts;
}

/** Mean over labels 1 … count of the IoU of what two images call so; labels that neither has are left out. */
function meanIou(a: Int32Array, b: Int32Array, count: number): number {
  const both = new Float64Array(count + 1);
  const either = new Float64Array(count + 1);
  for (let i = 0; i < a.length; i++) {
    either[a[i]!]!++;
    if (a[i] === b[i]) both[a[i]!]!++;
    else either[b[i]!]!++;
  }
  let [sum, seen] = [0, 0];
  for (let label = 1; label <= count; label++) {
    if (either[label] === 0) continue;
    sum += both[label]! / either[label]!;
    seen++;
  }
  return seen === 0 ? 0 : sum / seen;
}
