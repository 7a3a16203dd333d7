import { int32At } from '../../contract/elements.ts';
import type { Mask } from '../../contract/pixels.ts';
import { connectedRuns } from '../label/connected-runs.ts';

/**
 * Fills the holes of a mask [height, width]: 4-connected background pieces of at most `maxPixels` pixels that
 * do not touch the image's edge. Without a limit, equals `scipy.ndimage.binary_fill_holes`.
 */
export function fillHoles({ height, width, data }: Mask, maxPixels = Infinity): Mask {
  const filled = { height, width, data: data.slice() };
  fillHolesInPlace(filled, maxPixels);
  return filled;
}

/** The same in the mask itself, for one as large as an image. */
export function fillHolesInPlace(mask: Mask, maxPixels = Infinity): void {
  eachHoleRun(mask, (start, end) => mask.data.fill(1, start, end), maxPixels);
}

/** Calls back for every run of a row's pixels in holes, as {@link fillHoles}. The callback may fill it. */
export function eachHoleRun(
  { height, width, data }: Mask,
  visit: (start: number, end: number) => void,
  maxPixels = Infinity,
): void {
  const { count, starts, ends, labels, areas } = connectedRuns({ height, width, data }, 4, 'background');
  const isHole = Uint8Array.from(areas, (area) => (area <= maxPixels ? 1 : 0));
  const lastRow = (height - 1) * width;
  for (let run = 0; run < count; run++) {
    const [start, end] = [int32At(starts, run), int32At(ends, run)];
    if (start < width || end > lastRow || start % width === 0 || end % width === 0)
      isHole[int32At(labels, run)] = 0;
  }
  for (let run = 0; run < count; run++) {
    if (isHole[int32At(labels, run)] === 1) visit(int32At(starts, run), int32At(ends, run));
  }
}
