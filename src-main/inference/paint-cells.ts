import type { SegmentSettings } from '../contract/inference.ts';
import type { FloatPlane, LabelImage } from '../contract/pixels.ts';
import type { FoundCell } from './found-cell.ts';

/** The image to paint on, at its original resolution. */
export interface Canvas {
  labels: LabelImage;
  /**
   * Highest logit of any cell at each pixel, minus the threshold's logit; −Infinity where no patch reaches.
   */
  margins: Float32Array;
}

/** Scale from original px to network px along each axis: network = original · scale. */
export interface AxisScales {
  y: number;
  x: number;
}

export interface PaintSettings {
  /** Logit above which a pixel belongs to a cell. */
  threshold: number;
  /** Least visible share of a cell. If cells with higher scores hide more of it, it is not painted. */
  minVisible: number;
  /** Which cell takes a pixel: `outline`, the cell with the higher logit; `proposal`, the earlier cell. */
  ranking: SegmentSettings['ranking'];
}

export function emptyCanvas(height: number, width: number): Canvas {
  return {
    labels: { height, width, data: new Int32Array(height * width) },
    margins: new Float32Array(height * width).fill(-Infinity),
  };
}

/**
 * Paints one cell with a label. Its logits are interpolated (bilinearly, between sample centres) at every
 * pixel centre of the original image. Each pixel above the threshold goes to the cell with the highest logit
 * there, or to the earlier one (`ranking`). Paint cells in order of falling score.
 *
 * @returns whether it was painted; false if earlier cells cover too much of it
 */
export function paintCell(
  canvas: Canvas,
  cell: FoundCell,
  label: number,
  scales: AxisScales,
  { threshold, minVisible, ranking }: PaintSettings,
): boolean {
  const { labels, margins } = canvas;
  const found = cellMargins(labels, cell, scales, threshold);
  const { top, left, height, width, data: values } = found;
  let area = 0;
  let visible = 0;
  for (let r = 0; r < height; r++) {
    const start = (top + r) * labels.width + left;
    for (let c = 0; c < width; c++) {
      if (!(values[r * width + c]! > 0)) continue;
      area++;
      if (labels.data[start + c] === 0) visible++;
    }
  }
  if (visible === 0 || visible < minVisible * area) return false;

  for (let r = 0; r < height; r++) {
    const start = (top + r) * labels.width + left;
    for (let c = 0; c < width; c++) {
      const value = values[r * width + c]!;
      if (!(value > margins[start + c]!)) continue;
      if (ranking === 'proposal' && labels.data[start + c] !== 0) continue;
      margins[start + c] = value;
      if (value > 0) labels.data[start + c] = label;
    }
  }
  return true;
}

/**
 * How far a cell's logits are above the threshold, at every pixel centre that its patch reaches. They are
 * interpolated bilinearly between sample centres.
 * @param size of the image at its original resolution
 * @returns [height, width], with pixel (0, 0) at pixel (top, left) of the image
 */
export function cellMargins(
  size: { height: number; width: number },
  cell: FoundCell,
  scales: AxisScales,
  threshold: number,
): FloatPlane & { top: number; left: number } {
  const rows = taps(size.height, scales.y, cell.top, cell.height, cell.stride);
  const columns = taps(size.width, scales.x, cell.left, cell.width, cell.stride);
  const data = new Float32Array(rows.count * columns.count);
  for (let r = 0; r < rows.count; r++) {
    const upper = rows.lower[r]! * cell.width;
    const lower = Math.min(rows.lower[r]! + 1, cell.height - 1) * cell.width;
    const down = rows.share[r]!;
    for (let c = 0; c < columns.count; c++) {
      const left = columns.lower[c]!;
      const right = Math.min(left + 1, cell.width - 1);
      const along = columns.share[c]!;
      const top = cell.logits[upper + left]! * (1 - along) + cell.logits[upper + right]! * along;
      const bottom = cell.logits[lower + left]! * (1 - along) + cell.logits[lower + right]! * along;
      data[r * columns.count + c] = top * (1 - down) + bottom * down - threshold;
    }
  }
  return { top: rows.first, left: columns.first, height: rows.count, width: columns.count, data };
}

/**
 * For every pixel of one axis inside the patch: the sample before its centre and the weight of the next one.
 */
function taps(
  imageSize: number,
  scale: number,
  patchStart: number,
  patchSize: number,
  stride: number,
): { first: number; count: number; lower: Int32Array; share: Float32Array } {
  const pixelsASample = stride / scale;
  const first = Math.max(0, Math.ceil(patchStart * pixelsASample - 0.5));
  const end = Math.min(imageSize, Math.ceil((patchStart + patchSize) * pixelsASample - 0.5));
  const count = Math.max(0, end - first);
  const lower = new Int32Array(count);
  const share = new Float32Array(count);
  for (let k = 0; k < count; k++) {
    const position = ((first + k + 0.5) * scale) / stride - patchStart - 0.5;
    const clamped = Math.min(Math.max(position, 0), patchSize - 1);
    lower[k] = Math.floor(clamped);
    share[k] = clamped - lower[k]!;
  }
  return { first, count, lower, share };
}
