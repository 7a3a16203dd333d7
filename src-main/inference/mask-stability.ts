/** How far the threshold is moved either way, in logits. */
export const stabilityShift = 2;

/**
 * Stability of a mask: the IoU of the masks at a raised and at a lowered threshold, 0 to 1. A mask with a
 * clear outline has nearly the same area at both. A mask that fades out does not, and is probably wrong.
 *
 * The stability score of A. Kirillov et al., "Segment Anything", ICCV 2023, arXiv:2304.02643, appendix B.
 *
 * @param logits of one cell's patch
 * @param threshold logit above which a pixel belongs to the cell
 * @returns 0 if nothing is above the lower threshold
 */
export function maskStability(logits: Float32Array, threshold: number): number {
  let [inner, outer] = [0, 0];
  for (const logit of logits) {
    if (logit > threshold + stabilityShift) inner++;
    if (logit > threshold - stabilityShift) outer++;
  }
  return outer === 0 ? 0 : inner / outer;
}
