import type { Pace } from '../contract/job.ts';
import type { FloatPlane, LabelImage, Locations, Mask } from '../contract/pixels.ts';
import { gaussianFilterInBands } from '../imaging/filters/gaussian-filter-in-bands.ts';
import { resizePlane } from '../imaging/resample/resize-plane.ts';
import { geodesicPartition } from '../imaging/watershed/geodesic-partition.ts';

/** Widths of the two blurs whose difference shows borders, in mean cell diameters. */
const fineSigma = 0.035;
const coarseSigma = 0.3;

/** Exponent of the step cost per standard deviation of that difference: e^0.75, about twice the cost. */
const steepness = 0.75;

/**
 * Cell diameter to which the image is reduced. Borders are still visible, and the cost no longer depends on
 * magnification.
 */
const workingDiameterPx = 32;

/** With less agreement, border brightness is ignored. */
const leastAgreement = 0.75;

/**
 * Divides a foreground among its locations using the image alone, without a network. Each pixel goes to the
 * location with the cheapest path inside the foreground. Steps inside cells are cheap, steps across borders
 * are expensive.
 *
 * Borders may be dark (phase contrast, cytosol) or bright (membranes). No setting is needed, because both are
 * tried. With the wrong one, paths run along borders, and the parts differ much from those of plain distance.
 * With the right one they mostly agree.
 *
 * @param plane the cell channel [height, width], at any intensity scale
 * @returns the part of location k has label k + 1; 0 outside the foreground and where no location is
 *   reachable
 * @throws RangeError if plane and foreground differ in size; what `pace` throws
 */
export async function partitionForeground(
  plane: FloatPlane,
  { foreground, locations }: { foreground: Mask; locations: Locations },
  pace: Pace,
): Promise<LabelImage> {
  const { height, width } = plane;
  if (foreground.height !== height || foreground.width !== width) {
    throw new RangeError(
      `the foreground must be ${height} × ${width} like the plane, received ${foreground.height} × ${foreground.width}`,
    );
  }
  let area = 0;
  for (let i = 0; i < foreground.data.length; i++) if (foreground.data[i] !== 0) area++;
  const data = new Int32Array(height * width);
  if (area === 0 || locations.length === 0) return { height, width, data };
  const diameterPx = Math.sqrt(((4 / Math.PI) * area) / (locations.length / 2));

  const scale = Math.min(1, workingDiameterPx / diameterPx);
  const rows = Math.max(1, Math.round(height * scale));
  const columns = Math.max(1, Math.round(width * scale));
  await pace(0);
  const borders = await bandPass(
    resizePlane(plane, rows, columns),
    diameterPx * scale,
    within(pace, 0, borderShare),
  );
  const mask = shrink(foreground, rows, columns);
  const seeds = locations.map((value, i) => value * (i % 2 === 0 ? rows / height : columns / width));
  await standardise(borders, mask, () => pace(borderShare));
  const parts = await bestPartition(borders, seeds, mask, within(pace, borderShare, 1));

  await pace(1);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * rows) / height) * columns;
    for (let x = 0; x < width; x++) {
      if (foreground.data[y * width + x] === 0) continue;
      data[y * width + x] = parts[row + Math.floor(((x + 0.5) * columns) / width)]!;
    }
  }
  return { height, width, data };
}

/** Share of the time for computing borders; following paths takes the rest. */
const borderShare = 0.2;

/** A pace whose progress covers part of the whole, from one share to another. */
function within(pace: Pace, from: number, to: number): Pace {
  return (share) => pace(from + (to - from) * share);
}

async function bandPass(plane: FloatPlane, diameterPx: number, pace: Pace): Promise<FloatPlane> {
  const { data: fine } = await gaussianFilterInBands(plane, fineSigma * diameterPx, within(pace, 0, 0.2));
  const { data: coarse } = await gaussianFilterInBands(plane, coarseSigma * diameterPx, within(pace, 0.2, 1));
  await inPieces(
    fine.length,
    () => pace(1),
    (i) => (fine[i]! -= coarse[i]!),
  );
  return { ...plane, data: fine };
}

const pixelsAPiece = 2 ** 22;

/** Calls a function for all pixels in pieces, pausing before each piece. */
async function inPieces(
  count: number,
  pause: () => Promise<void>,
  work: (index: number) => void,
): Promise<void> {
  for (let from = 0; from < count; from += pixelsAPiece) {
    await pause();
    const to = Math.min(count, from + pixelsAPiece);
    for (let i = from; i < to; i++) work(i);
  }
}

/** A smaller mask. A pixel is set if any pixel of its block is. */
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

/** Scales a plane to mean 0 and variance 1 inside the mask; to 0 if it is constant there. */
async function standardise({ data }: FloatPlane, mask: Mask, pause: () => Promise<void>): Promise<void> {
  let [count, sum, squares] = [0, 0, 0];
  await inPieces(data.length, pause, (i) => {
    if (mask.data[i] === 0) return;
    count++;
    sum += data[i]!;
  });
  const mean = sum / count;
  await inPieces(data.length, pause, (i) => {
    if (mask.data[i] !== 0) squares += (data[i]! - mean) ** 2;
  });
  const deviation = Math.sqrt(squares / count);
  await inPieces(data.length, pause, (i) => {
    data[i] = deviation > 0 ? (data[i]! - mean) / deviation : 0;
  });
}

/**
 * The partition with dark or with bright borders, whichever agrees more with the one without borders. The one
 * without borders if neither agrees.
 */
async function bestPartition(
  borders: FloatPlane,
  seeds: Locations,
  mask: Mask,
  pace: Pace,
): Promise<Int32Array> {
  const withCost = async (sign: number, from: number): Promise<Int32Array> => {
    const data = new Float32Array(borders.data.length);
    await inPieces(
      data.length,
      () => pace(from),
      (i) => (data[i] = Math.exp(sign * steepness * borders.data[i]!)),
    );
    return (await geodesicPartition({ ...borders, data }, seeds, mask, within(pace, from, from + 1 / 3)))
      .data;
  };
  const nearest = await withCost(0, 0);
  let best = { parts: nearest, agreement: leastAgreement };
  for (const sign of [-1, 1]) {
    const parts = await withCost(sign, sign < 0 ? 1 / 3 : 2 / 3);
    await pace(sign < 0 ? 2 / 3 : 1);
    const agreement = meanIou(parts, nearest, seeds.length / 2);
    if (agreement > best.agreement) best = { parts, agreement };
  }
  return best.parts;
}

/** Mean IoU of two label images over labels 1 … count. Labels absent from both are skipped. */
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
