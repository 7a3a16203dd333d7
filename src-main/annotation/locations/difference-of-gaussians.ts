import type { FloatPlane } from '../../contract/pixels.ts';
import { correlateColumns, correlateRows } from '../../imaging/filters/correlate-lines.ts';
import { gaussianKernel } from '../../imaging/filters/gaussian-kernel.ts';

/**
 * A plane [height, width] blurred with `sigmaPx`, minus the plane blurred with `outerSigmaPx`. It is positive
 * where a nucleus-sized object is brighter than its surroundings. For a fixed ratio of the two σ, the
 * response depends on how well σ fits a blob, not on the blob's size.
 *
 * D. Marr, E. Hildreth, "Theory of edge detection", Proceedings of the Royal Society of London B 207, 1980,
 * pp. 187–217.
 * @param rows of the result; all by default.
 * @throws RangeError unless 0 < sigmaPx < outerSigmaPx.
 */
export function differenceOfGaussians(
  plane: FloatPlane,
  sigmaPx: number,
  outerSigmaPx: number,
  rows = { from: 0, to: plane.height },
): FloatPlane {
  if (!(sigmaPx > 0 && sigmaPx < outerSigmaPx)) {
    throw new RangeError(`0 < sigmaPx < outerSigmaPx is required, received ${sigmaPx} and ${outerSigmaPx}`);
  }
  const blurred = (sigma: number): FloatPlane => {
    const kernel = gaussianKernel(sigma);
    return correlateRows(correlateColumns(plane, kernel, rows), kernel);
  };
  const inner = blurred(sigmaPx);
  const outer = blurred(outerSigmaPx);
  for (let i = 0; i < inner.data.length; i++) inner.data[i]! -= outer.data[i]!;
  return inner;
}
