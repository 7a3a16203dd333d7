import type { FloatPlane } from '../../contract/pixels.ts';
import { acrossX, acrossY, followRings } from './follow-rings.ts';

/** Where a patch lies: its sample (i, j) stands at ((y + i + 0.5) · stride, (x + j + 0.5) · stride) in image px. */
export interface PatchPlacement {
  y: number;
  x: number;
  stride: number;
}

/**
 * The closed curves around everything above `level` in a patch [height, width] of samples, sub-pixel by linear interpolation
 * between neighbouring samples (marching squares; of the two ways through a saddle, the one that keeps high parts apart).
 * What reaches the patch's edge is closed along it. Outer rings run clockwise on the screen, holes the other way.
 *
 * W. E. Lorensen, H. E. Cline, "Marching cubes: A high resolution 3D surface construction algorithm", ACM SIGGRAPH
 * Computer Graphics 21(4), 1987, pp. 163–169, in two dimensions.
 * @returns rings of vertices packed y, x in image px, in the order in which a scan by rows meets them.
 */
export function isoContours(
  patch: FloatPlane,
  level: number,
  placement: PatchPlacement = { y: 0, x: 0, stride: 1 },
): Float32Array[] {
  const { height, width, data } = patch;
  // A curve of marching squares crosses exactly the sample pairs that a walk around the high samples passes between.
  const high = Int32Array.from(data, (value) => (value > level ? 1 : 0));
  return followRings({ height, width, data: high }).map(({ sides }) => {
    const points = new Float32Array(2 * sides.length);
    sides.forEach((code, k) => {
      const pixel = code >>> 2;
      const x = pixel % width;
      const y = (pixel - x) / width;
      const stepY = acrossY[code & 3]!;
      const stepX = acrossX[code & 3]!;
      const isAtEdge = y + stepY < 0 || y + stepY >= height || x + stepX < 0 || x + stepX >= width;
      const inside = data[pixel]!;
      const outside = isAtEdge ? 0 : data[(y + stepY) * width + x + stepX]!;
      const share = isAtEdge ? 0.5 : (inside - level) / (inside - outside);
      points[2 * k] = (placement.y + y + 0.5 + stepY * share) * placement.stride;
      points[2 * k + 1] = (placement.x + x + 0.5 + stepX * share) * placement.stride;
    });
    return points;
  });
}
