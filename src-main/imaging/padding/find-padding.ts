import type { Box, FloatPlane } from '../../contract/pixels.ts';
import { borderRegions } from './border-regions.ts';

/** If less than this share would remain, it is no image in a frame, but something bright on black. */
const leastShare = 0.2;
/** Least length of a cut-off corner along its longer and its shorter side, px. */
const leastLongLeg = 8;
const leastShortLeg = 4;
/** Smaller corners of one value occur by chance, in the dark corner of a small image. */
const leastCornerPx = 64;
/** Largest deviation of a slanted border from a straight line, px, by rounding and interpolation. */
const slantTolerance = 2;
/** Share of the rows that may deviate by more. */
const mostAstray = 0.05;
/** Most steps of a corner between tiles, and least rows per step. */
const mostSteps = 4;
const leastStepRows = 3;

/**
 * Finds the padding of a plane [height, width]: pixels that are no image, as in mosaics and in registered or
 * turned images. It is recognised by value and shape, because a dark background may be constant as well.
 * Padding is whole rows and columns of one value at the border, and corners of one value that end in a
 * slanted line or in the steps of tiles. Other regions of one value at the border count, too
 * (`borderRegions`). `missing` pixels are padding in any shape.
 *
 * The image inside must differ. If at least half of the line next to a border has its value too, the image
 * itself is constant there. Then the border counts as image.
 * @returns 1 for padding, by pixel; `null` if there is none, as in a constant image
 */
export function findPadding(plane: FloatPlane): Uint8Array | null {
  if (plane.missing !== undefined) return plane.missing;
  const frame = framePadding(plane);
  const regions = borderRegions(plane);
  const padding = frame === null || regions === null ? (frame ?? regions) : frame;
  if (padding === null) return null;
  let shown = 0;
  for (let i = 0; i < padding.length; i++) {
    padding[i]! |= regions?.[i] ?? 0;
    shown += 1 - padding[i]!;
  }
  return shown >= leastShare * padding.length ? padding : null;
}

/** Whole rows and columns of one value at the border, and slanted or stepped corners of one value. */
function framePadding(plane: FloatPlane): Uint8Array | null {
  const { height, width, data } = plane;
  const box = shownBox(plane);
  if (box === null) return null;
  const corners = cutCorners(plane, box);
  const isFramed = box.top > 0 || box.left > 0 || box.bottom < height || box.right < width;
  if (!isFramed && corners.length === 0) return null;

  const padding = new Uint8Array(data.length).fill(1);
  for (let y = box.top; y < box.bottom; y++) padding.fill(0, y * width + box.left, y * width + box.right);
  for (const { y, from, to } of corners) padding.fill(1, y * width + from, y * width + to);
  return edgesDiffer(plane, box, padding) ? padding : null;
}

/** The common padding of all channels of an image; `null` if one has none. */
export function commonPadding(paddings: readonly (Uint8Array | null)[]): Uint8Array | null {
  const [first, ...others] = paddings;
  if (first === undefined || first === null) return null;
  const common = first.slice();
  for (const other of others) {
    if (other === null) return null;
    for (let i = 0; i < common.length; i++) common[i]! &= other[i]!;
  }
  return common;
}

/**
 * The rest of a plane without the whole rows and columns of one value at its border; `null` for a constant
 * plane.
 */
function shownBox({ height, width, data }: FloatPlane): Box | null {
  const isRow = (y: number, value: number): boolean => {
    for (let i = y * width; i < (y + 1) * width; i++) if (data[i] !== value) return false;
    return true;
  };
  const isColumn = (x: number, value: number): boolean => {
    for (let i = x; i < data.length; i += width) if (data[i] !== value) return false;
    return true;
  };
  const [first, last] = [data[0]!, data[data.length - 1]!];
  let top = 0;
  while (top < height && isRow(top, first)) top++;
  if (top === height) return null;
  let bottom = height;
  while (isRow(bottom - 1, last)) bottom--;
  let left = 0;
  while (isColumn(left, first)) left++;
  let right = width;
  while (isColumn(right - 1, last)) right--;
  return top < bottom && left < right ? { top, bottom, left, right } : null;
}

/** Part of a row that belongs to a corner. */
interface CornerRun {
  y: number;
  from: number;
  to: number;
}

function cutCorners(plane: FloatPlane, box: Box): CornerRun[] {
  return [false, true].flatMap((isBottom) =>
    [false, true].flatMap((isRight) => cutCorner(plane, box, isBottom, isRight)),
  );
}

/** The runs of the first pixel's value from a corner's side on, row by row away from the corner. */
function cutCorner({ width, data }: FloatPlane, box: Box, isBottom: boolean, isRight: boolean): CornerRun[] {
  const [rows, columns] = [box.bottom - box.top, box.right - box.left];
  const rowAt = (k: number): number => (isBottom ? box.bottom - 1 - k : box.top + k);
  const at = (k: number, n: number): number =>
    data[rowAt(k) * width + (isRight ? box.right - 1 - n : box.left + n)]!;
  const value = at(0, 0);
  const lengths: number[] = [];
  for (let k = 0; k < rows; k++) {
    let n = 0;
    while (n < columns && at(k, n) === value) n++;
    if (n === 0) break;
    lengths.push(n);
  }
  if (Math.max(lengths.length, lengths[0] ?? 0) < leastLongLeg) return [];
  const runs = isSlanted(lengths, columns, rows) ? lengths : stepped(lengths);
  if (runs.reduce((sum, n) => sum + n, 0) < leastCornerPx) return [];
  return runs.map((n, k) => ({
    y: rowAt(k),
    from: isRight ? box.right - n : box.left,
    to: isRight ? box.right : box.left + n,
  }));
}

/**
 * Whether the lengths of a corner's rows fall along one straight line, to 0 or to the other side of the
 * image.
 */
function isSlanted(lengths: readonly number[], columns: number, rows: number): boolean {
  const height = lengths.length;
  // If a corner reaches the opposite side, its line continues beyond the image.
  const start = lengths.findIndex((length) => length < columns);
  const count = height - start;
  if (start < 0 || count < leastShortLeg || lengths[start]! < leastShortLeg) return false;
  const [longest, shortest] = [lengths[start]!, lengths.at(-1)!];
  const fall = (longest - shortest) / (count - 1);
  const isWhole = height === rows || shortest <= 2 * slantTolerance + fall;
  if (!isWhole || longest - shortest < leastShortLeg / 2) return false;
  // A row is longer if the image has the corner's value there by chance.
  const astray = lengths
    .slice(start)
    .filter((length, k) => Math.abs(length - (longest - fall * k)) > slantTolerance + fall / 2);
  return astray.length <= mostAstray * count;
}

/** The lengths of a corner's rows, if they form a few rectangles; otherwise none. */
function stepped(lengths: readonly number[]): number[] {
  // Pixels next to the corner may have its value by chance. So a row's length is the usual one of its
  // neighbours.
  const usual = lengths.map((_, k) => medianOf(lengths.slice(Math.max(0, k - 3), k + 4)));
  while (usual.length > 0 && usual.at(-1)! < leastShortLeg) usual.pop();
  if (usual.length < leastShortLeg) return [];
  let steps = 0;
  for (let k = 0, since = 0; k < usual.length; k++) {
    if (k + 1 < usual.length && usual[k + 1] === usual[k]) continue;
    if (k + 1 - since < leastStepRows) return [];
    since = k + 1;
    steps++;
  }
  return steps <= mostSteps ? usual.map((length, k) => Math.min(length, lengths[k]!)) : [];
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/**
 * Whether the pixels along each border of the box are an image: more than one value, and not mostly that of
 * the border.
 */
function edgesDiffer({ height, width, data }: FloatPlane, box: Box, padding: Uint8Array): boolean {
  const line = (start: number, count: number, step: number): number[] =>
    Array.from({ length: count }, (_, k) => start + k * step);
  const [rows, columns] = [box.bottom - box.top, box.right - box.left];
  const edges = [
    { isCut: box.top > 0, outside: data[0]!, pixels: line(box.top * width + box.left, columns, 1) },
    {
      isCut: box.bottom < height,
      outside: data.at(-1)!,
      pixels: line((box.bottom - 1) * width + box.left, columns, 1),
    },
    { isCut: box.left > 0, outside: data[0]!, pixels: line(box.top * width + box.left, rows, width) },
    {
      isCut: box.right < width,
      outside: data.at(-1)!,
      pixels: line(box.top * width + box.right - 1, rows, width),
    },
  ];
  return edges.every(({ isCut, outside, pixels }) => {
    if (!isCut) return true;
    const shown = pixels.filter((i) => padding[i] === 0).map((i) => data[i]!);
    // Between two corners of a turned image, only its tip remains.
    if (shown.length < leastLongLeg && shown.length < pixels.length) return true;
    const same = shown.filter((value) => value === outside).length;
    return shown.some((value) => value !== shown[0]) && same <= shown.length / 2;
  });
}
