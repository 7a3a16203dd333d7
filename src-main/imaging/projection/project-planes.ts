import { float32At, missing } from '../../contract/elements.ts';
import type { PixelArray } from '../../contract/pixels.ts';
import type { Projection } from '../../contract/stack-planes.ts';
import { focusMeasure } from './focus-measure.ts';

/** Makes one plane of many, which are added one after the other, so that only one is in memory. */
export interface PlaneProjector {
  /** @param values height × width values; the first array becomes the result */
  add: (values: PixelArray) => void;
  /** The projected values. @throws RangeError if no plane was added */
  result: () => PixelArray;
}

/** A projector of planes [height, width]; see {@link Projection}. Of equal planes, the first decides. */
export function planeProjector(projection: Projection, height: number, width: number): PlaneProjector {
  let out: PixelArray | undefined;
  let sharpest: Float32Array | undefined;
  return {
    add: (values) => {
      const sharpness =
        projection === 'best-focus'
          ? focusMeasure({ height, width, data: Float32Array.from(values) }).data
          : undefined;
      if (out === undefined) {
        out = values;
        sharpest = sharpness;
        return;
      }
      for (let i = 0; i < out.length; i++) {
        const value = values[i] ?? missing(values, i);
        const before = out[i] ?? missing(out, i);
        // A number replaces NaN, because a plane may be NaN beside the image.
        if (Number.isNaN(value)) continue;
        if (sharpness === undefined || sharpest === undefined) {
          if (value > before || Number.isNaN(before)) out[i] = value;
        } else if (float32At(sharpness, i) > float32At(sharpest, i) || Number.isNaN(before)) {
          out[i] = value;
          sharpest[i] = float32At(sharpness, i);
        }
      }
    },
    result: () => {
      if (out === undefined) throw new RangeError('a projection needs at least one plane, received none');
      return out;
    },
  };
}
