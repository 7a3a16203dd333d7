import type { FloatPlane } from '../../contract/pixels.ts';

/**
 * Puts the mirrored image in place of a plane's padding [height, width], as filters do at an image's edge: no
 * edge appears where the padding begins.
 * @param padding as `findPadding` gives it: the image is one run of pixels in each row
 * @returns a new plane
 */
export function fillPadding({ height, width, data }: FloatPlane, padding: Uint8Array): FloatPlane {
  const out = data.slice();
  const shownRows = Array.from({ length: height }, (_, y) => y).filter((y) =>
    padding.subarray(y * width, (y + 1) * width).includes(0),
  );
  if (shownRows.length === 0) return { height, width, data: out };
  const firstRow = shownRows[0]!;
  const rowCount = shownRows.length;
  for (const y of shownRows) {
    const start = y * width;
    const from = padding.indexOf(0, start) - start;
    const to = padding.lastIndexOf(0, start + width - 1) + 1 - start;
    const count = to - from;
    for (let x = 0; x < width; x++) {
      if (x < from || x >= to) out[start + x] = data[start + from + mirrored(x - from, count)]!;
    }
  }
  for (let y = 0; y < height; y++) {
    if (y >= firstRow && y < firstRow + rowCount) continue;
    const source = (firstRow + mirrored(y - firstRow, rowCount)) * width;
    out.copyWithin(y * width, source, source + width);
  }
  return { height, width, data: out };
}

/** The index inside [0, size) that a mirrored line shows at `index`, before its start or behind its end. */
function mirrored(index: number, size: number): number {
  const phase = ((index % (2 * size)) + 2 * size) % (2 * size);
  return phase < size ? phase : 2 * size - 1 - phase;
}
