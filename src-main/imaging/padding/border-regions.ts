import type { FloatPlane } from '../../contract/pixels.ts';
import { percentiles } from '../intensity/percentiles.ts';
import { outsidePadding } from '../intensity/outside-padding.ts';

/** Least number of equal pixels in a row on the border, and the most values that are checked. */
const leastRunPx = 8;
const mostValues = 4;
/** Smaller regions of one value occur by chance. */
const leastRegionPx = 256;
const leastRegionShare = 0.001;
/** A region consists of squares of one value, with twice this side. Chance does not make such squares. */
const halfSquarePx = 3;
/** Most corners of a gap between the tiles of a mosaic, and their least mean distance. */
const mostCorners = 24;
const leastSpacingPx = 16;
/**
 * A value is apart from the image if its distance from the darkest pixels exceeds this multiple of their
 * spread.
 */
const leastApart = 2;
/** A region of another shape than a gap between tiles counts only around one image of at least this side. */
const leastSidePx = 256;
const leastWholeShare = 0.95;
const leastShownShare = 0.5;
const mostPerimeter = 1.5;

/**
 * Finds regions of one value at the border of a plane [height, width] that are no image: gaps of a mosaic,
 * and the surroundings of a warped or round field.
 *
 * A gap consists of a few rectangles. A region of any other shape must have a value apart from all values of
 * the image, and must surround one image. So a background that was cut off at 0 is no padding, and neither is
 * black between cells.
 * @returns 1 in these regions, by pixel; `null` if there are none
 */
export function borderRegions(plane: FloatPlane): Uint8Array | null {
  const { height, width, data } = plane;
  const found = new Uint8Array(data.length);
  let isFound = false;
  for (const value of borderValues(plane)) {
    const same = new Uint8Array(data.length);
    for (let i = 0; i < same.length; i++) if (data[i] === value) same[i] = 1;
    const squares = opened(same, height, width);
    const regions = borderComponents(squares, height, width);
    if (regions.count === 0) continue;
    const gaps = regionsThatAreGaps(plane, regions, value);
    const isOther = gaps.some((isGap) => !isGap);
    const surroundings = isOther ? wholeSurroundings(plane, same, squares, value) : null;
    for (let i = 0; i < found.length; i++) {
      const region = regions.labels[i]!;
      if (surroundings?.[i] !== 1 && (region === 0 || !gaps[region - 1])) continue;
      found[i] = 1;
      isFound = true;
    }
  }
  return isFound ? found : null;
}

/** The values of runs of pixels on the border, the most frequent first. */
function borderValues({ height, width, data }: FloatPlane): number[] {
  const counts = new Map<number, number>();
  const look = (start: number, step: number, length: number): void => {
    for (let k = 0, since = 0; k < length; k++) {
      const value = data[start + k * step]!;
      if (k + 1 < length && data[start + (k + 1) * step] === value) continue;
      const run = k + 1 - since;
      since = k + 1;
      if (run >= leastRunPx) counts.set(value, (counts.get(value) ?? 0) + run);
    }
  };
  look(0, 1, width);
  look((height - 1) * width, 1, width);
  look(0, width, height);
  look(width - 1, width, height);
  const byCount = [...counts].sort((a, b) => b[1] - a[1]);
  return byCount.slice(0, mostValues).map(([value]) => value);
}

/** A mask without parts into which no square of 7 px fits. Beyond the border it continues. */
function opened(mask: Uint8Array, height: number, width: number): Uint8Array {
  const eroded = spreadZeros(spreadZeros(mask, height, width, width, 1), width, height, 1, width);
  for (let i = 0; i < eroded.length; i++) eroded[i] = 1 - eroded[i]!;
  const grown = spreadZeros(spreadZeros(eroded, height, width, width, 1), width, height, 1, width);
  for (let i = 0; i < grown.length; i++) grown[i] = 1 - grown[i]!;
  return grown;
}

/** Sets all pixels within 3 px of a zero to zero, along lines that begin `lineStep` apart. */
function spreadZeros(
  from: Uint8Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
): Uint8Array {
  const out = new Uint8Array(from.length);
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    let zeros = 0;
    for (let k = 0; k < Math.min(length, halfSquarePx); k++) zeros += 1 - from[start + k * step]!;
    for (let k = 0; k < length; k++) {
      if (k + halfSquarePx < length) zeros += 1 - from[start + (k + halfSquarePx) * step]!;
      if (k > halfSquarePx) zeros -= 1 - from[start + (k - halfSquarePx - 1) * step]!;
      if (zeros === 0) out[start + k * step] = 1;
    }
  }
  return out;
}

/** Numbered regions of a plane; 0 elsewhere. */
interface Regions {
  count: number;
  labels: Int32Array;
}

/** The 4-connected parts of a mask that touch the border, without small ones. */
function borderComponents(mask: Uint8Array, height: number, width: number): Regions {
  const labels = new Int32Array(mask.length);
  const leastPx = Math.max(leastRegionPx, leastRegionShare * mask.length);
  let count = 0;
  const startAt = (start: number): void => {
    if (mask[start] === 0 || labels[start] !== 0) return;
    const isWanted = (i: number): boolean => mask[i] !== 0 && labels[i] === 0;
    const size = flood(start, height, width, isWanted, (i) => (labels[i] = count + 1));
    if (size >= leastPx) count++;
    else {
      const own = count + 1;
      flood(
        start,
        height,
        width,
        (i) => labels[i] === own,
        (i) => (labels[i] = -1),
      );
    }
  };
  for (let x = 0; x < width; x++) for (const y of [0, height - 1]) startAt(y * width + x);
  for (let y = 0; y < height; y++) for (const x of [0, width - 1]) startAt(y * width + x);
  for (let i = 0; i < labels.length; i++) if (labels[i] === -1) labels[i] = 0;
  return { count, labels };
}

/**
 * Visits the 4-connected wanted pixels, beginning at one. `visit` must make them unwanted. @returns their
 * number
 */
export function flood(
  start: number,
  height: number,
  width: number,
  isWanted: (i: number) => boolean,
  visit: (i: number) => void,
): number {
  // One entry per run of a row. With one per pixel, a plane of one value would need a gigabyte.
  const stack = [start];
  let count = 0;
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    if (!isWanted(i)) continue;
    const row = i - (i % width);
    let [left, right] = [i, i];
    while (left > row && isWanted(left - 1)) left--;
    while (right + 1 < row + width && isWanted(right + 1)) right++;
    for (let k = left; k <= right; k++) visit(k);
    count += right + 1 - left;
    for (const beside of [-width, width]) {
      if (left + beside < 0 || right + beside >= height * width) continue;
      for (let k = left + beside; k <= right + beside; k++)
        if (isWanted(k) && (k === left + beside || !isWanted(k - 1))) stack.push(k);
    }
  }
  return count;
}

/**
 * The regions whose outline has few corners inside the image, and mostly other values beside it, more than
 * one. A corner is 2 × 2 pixels of which one or three belong to the region.
 */
function regionsThatAreGaps(
  { height, width, data }: FloatPlane,
  { count, labels }: Regions,
  value: number,
): boolean[] {
  const regions = Array.from({ length: count }, () => ({
    corners: 0,
    sides: 0,
    same: 0,
    first: NaN,
    differs: false,
  }));
  const beside = (region: number, pixel: number): void => {
    const found = regions[region - 1]!;
    const v = data[pixel]!;
    found.sides++;
    if (v === value) found.same++;
    if (Number.isNaN(found.first)) found.first = v;
    else if (v !== found.first) found.differs = true;
  };
  const look = (i: number, k: number): void => {
    const [a, b] = [labels[i]!, labels[k]!];
    if (a === b) return;
    if (a !== 0) beside(a, k);
    if (b !== 0) beside(b, i);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (x + 1 < width) look(i, i + 1);
      if (y + 1 < height) look(i, i + width);
      if (x + 1 === width || y + 1 === height) continue;
      const [a, b, c, d] = [labels[i]!, labels[i + 1]!, labels[i + width]!, labels[i + width + 1]!];
      const region = a | b | c | d;
      if (region === 0) continue;
      const inside = Number(a !== 0) + Number(b !== 0) + Number(c !== 0) + Number(d !== 0);
      if (inside === 1 || inside === 3) regions[Math.max(a, b, c, d) - 1]!.corners++;
    }
  }
  return regions.map(
    ({ corners, sides, same, differs }) =>
      corners <= mostCorners && sides >= leastSpacingPx * corners && same <= sides / 2 && differs,
  );
}

/**
 * All pixels with a value apart from the image's that are connected to the border, if they surround one whole
 * image.
 */
function wholeSurroundings(
  { height, width, data }: FloatPlane,
  same: Uint8Array,
  squares: Uint8Array,
  value: number,
): Uint8Array | null {
  if (Math.min(height, width) < leastSidePx) return null;
  const region = new Uint8Array(data.length);
  const parts = borderComponents(same, height, width);
  const isSeeded = new Uint8Array(parts.count + 1);
  for (let i = 0; i < squares.length; i++) if (squares[i] !== 0) isSeeded[parts.labels[i]!] = 1;
  isSeeded[0] = 0;
  for (let i = 0; i < region.length; i++) region[i] = isSeeded[parts.labels[i]!]!;
  const shown = outsidePadding(data, region);
  if (shown.length < leastShownShare * data.length || !isApart(shown, value)) return null;
  let largest = 0;
  let sides = 0;
  const seen = region.slice();
  for (let i = 0; i < seen.length; i++) {
    if (i % width > 0 && region[i] !== region[i - 1]) sides++;
    if (i >= width && region[i] !== region[i - width]) sides++;
    if (seen[i] !== 0) continue;
    largest = Math.max(
      largest,
      flood(
        i,
        height,
        width,
        (k) => seen[k] === 0,
        (k) => (seen[k] = 1),
      ),
    );
  }
  const isWhole = largest >= leastWholeShare * shown.length && sides <= mostPerimeter * 2 * (height + width);
  return isWhole ? region : null;
}

/**
 * Whether a value's distance from all others exceeds the distances among the values at the same end of the
 * range.
 */
function isApart(values: Float32Array, value: number): boolean {
  const [low, lower, upper, high] = percentiles({ data: values }, [0.5, 10, 90, 99.5]) as [
    number,
    number,
    number,
    number,
  ];
  return low - value > leastApart * (lower - low) || value - high > leastApart * (high - upper);
}
