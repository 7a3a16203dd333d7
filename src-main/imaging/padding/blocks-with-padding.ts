import { blockMeans } from '../resample/block-means.ts';

/**
 * Marks the square blocks of an image's pixels that hold padding with 1.
 * @param padding [height, width], 1 for padding; `null`: there is none
 * @param side of the blocks, px
 * @returns [⌈height / side⌉, ⌈width / side⌉]
 */
export function blocksWithPadding(
  { height, width }: { height: number; width: number },
  padding: Uint8Array | null,
  side: number,
): Uint8Array | null {
  if (padding === null || side === 1) return padding;
  const shares = blockMeans({ height, width, data: Float32Array.from(padding) }, side).data;
  return Uint8Array.from(shares, (share) => (share > 0 ? 1 : 0));
}
