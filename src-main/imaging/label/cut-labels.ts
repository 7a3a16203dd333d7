import type { CellLabels, ImageArea, LabelImage, LabelRuns } from '../../contract/pixels.ts';
import { cutPixels } from '../raster/cut-pixels.ts';

/** The labels of a rectangle inside the image, as a new label image. */
export function cutLabels(labels: CellLabels, area: ImageArea): LabelImage {
  const { top, left, height, width } = area;
  if ('data' in labels) return { height, width, data: cutPixels(labels.data, labels.width, area) };
  const data = new Int32Array(height * width);
  const { rowStarts, starts, ends } = labels;
  for (let y = 0; y < height; y++) {
    const rowEnd = rowStarts[top + y + 1]!;
    for (let run = firstRunAfter(labels, top + y, left); run < rowEnd; run++) {
      const start = starts[run]! - left;
      if (start >= width) break;
      data.fill(
        labels.labels[run]!,
        y * width + Math.max(0, start),
        y * width + Math.min(width, ends[run]! - left),
      );
    }
  }
  return { height, width, data };
}

/** The whole label image, in memory: 4 bytes per pixel. */
export function labelImageOf(labels: CellLabels): LabelImage {
  if ('data' in labels) return labels;
  const { height, width } = labels;
  return cutLabels(labels, { top: 0, left: 0, height, width });
}

/** The label of a pixel inside the image. */
export function labelAt(labels: LabelRuns, y: number, x: number): number {
  const run = firstRunAfter(labels, y, x);
  return run < labels.rowStarts[y + 1]! && labels.starts[run]! <= x ? labels.labels[run]! : 0;
}

/** The first run of a row that ends right of a column; the next row's first run if there is none. */
export function firstRunAfter({ rowStarts, ends }: LabelRuns, y: number, x: number): number {
  let low = rowStarts[y]!;
  let high = rowStarts[y + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! > x) high = middle;
    else low = middle + 1;
  }
  return low;
}
