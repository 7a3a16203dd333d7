/** How far the threshold is moved either way, in logits. */
const shift = 2;

/**
 * How little a mask depends on the threshold: the IoU of what lies above it moved up and above it moved down, 0 to 1. A mask
 * with a clear outline has nearly the same area for both; one that fades out has not, and is likely to be wrong.
 *
 * The stability score of A. Kirillov et al., "Segment Anything", ICCV 2023, arXiv:2304.02643, appendix B.
 *
 * @param logits of one cell's patch
 * @param threshold logit above which a pixel belongs to the cell
 * @returns 0 where nothing lies above the lower threshold
 */
export function maskStability(logits: Float32Array, threshold: number): number {
  let [inner, outer] = [0, 0];
  for (const logit of logits) {
    if (logit > threshold + shift) inner++;
    if (logit > threshold - shift) outer++;
  }
  return outer === 0 ? 0 : inner / outer;
}
