import { float32At, float64At } from '../contract/elements.ts';
/** Targets of the location proposal network for one crop. */
export interface LocationTargets {
  /** [h, w]: 1 if a location is near. */
  positives: Float32Array;
  /** [h, w, 2]: from the grid cell's centre to the nearest location, in grid cells; 0 where not positive. */
  offsets: Float32Array;
}

/**
 * A grid cell is positive if its centre is within √1.5 grid cells of a location. These are about 4.7 grid
 * cells per location.
 */
const NEAR_SQUARED = 1.5;

/**
 * @param locations packed y, x in px
 * @param height rows of the grid
 * @param width columns of the grid
 * @param stride px per grid cell
 */
export function locationTargets(
  locations: Float32Array,
  height: number,
  width: number,
  stride: number,
): LocationTargets {
  const positives = new Float32Array(height * width);
  const offsets = new Float32Array(height * width * 2);
  const nearest = new Float64Array(height * width).fill(NEAR_SQUARED);
  const reach = Math.ceil(Math.sqrt(NEAR_SQUARED));
  for (let k = 0; k < locations.length; k += 2) {
    const y = float32At(locations, k) / stride;
    const x = float32At(locations, k + 1) / stride;
    for (
      let row = Math.max(0, Math.floor(y) - reach);
      row <= Math.min(height - 1, Math.floor(y) + reach);
      row++
    ) {
      for (
        let column = Math.max(0, Math.floor(x) - reach);
        column <= Math.min(width - 1, Math.floor(x) + reach);
        column++
      ) {
        const dy = y - (row + 0.5);
        const dx = x - (column + 0.5);
        const at = row * width + column;
        if (dy * dy + dx * dx >= float64At(nearest, at)) continue;
        nearest[at] = dy * dy + dx * dx;
        positives[at] = 1;
        offsets[2 * at] = dy;
        offsets[2 * at + 1] = dx;
      }
    }
  }
  return { positives, offsets };
}
