/** One cell as the network predicts it: a patch of logits at a position in the rescaled image. */
export interface FoundCell {
  /** In network px of the whole image. */
  y: number;
  x: number;
  /** Probability that there is a cell, times the stability of its mask: 0 to 1. */
  score: number;
  /** Logits [height, width]: the part of the patch around everything above the threshold. */
  logits: Float32Array;
  height: number;
  width: number;
  /**
   * Sample (i, j) is at ((top + i + 0.5) · stride, (left + j + 0.5) · stride) in network px of the whole
   * image.
   */
  top: number;
  left: number;
  stride: number;
}

/** Samples kept around the pixels above the threshold, so that the outline can be interpolated. */
export const patchRim = 2;

/**
 * Crops a square patch of logits to the bounding box of all samples above `threshold`, plus a rim.
 *
 * @param patch logits [size, size]
 * @returns `undefined` if no sample is above the threshold
 */
export function trimPatch(
  patch: Float32Array,
  size: number,
  threshold: number,
): Pick<FoundCell, 'logits' | 'height' | 'width' | 'top' | 'left'> | undefined {
  let [top, bottom, left, right] = [size, -1, size, -1];
  for (let i = 0; i < patch.length; i++) {
    if (!(patch[i]! > threshold)) continue;
    const y = Math.floor(i / size);
    const x = i % size;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
    if (x < left) left = x;
    if (x > right) right = x;
  }
  if (bottom < 0) return undefined;
  top = Math.max(0, top - patchRim);
  left = Math.max(0, left - patchRim);
  const height = Math.min(size - 1, bottom + patchRim) - top + 1;
  const width = Math.min(size - 1, right + patchRim) - left + 1;
  const logits = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    const start = (top + y) * size + left;
    logits.set(patch.subarray(start, start + width), y * width);
  }
  return { logits, height, width, top, left };
}
