import { itemAt } from '../contract/elements.ts';
import type { FloatPlane, ImageArea } from '../contract/pixels.ts';
import { cutSupervision } from './cut-supervision.ts';
import type { TrainingExample } from './training-example.ts';

/** Share of the longer side of each training image that is left out of training. */
export const stripShare = 1 / 8;

/**
 * With fewer true cells in all strips, a measurement is too uncertain. Then nothing is left out, and the
 * training images themselves are measured (docs/accuracy.md).
 */
export const fewestStripCells = 150;

type Size = Pick<ImageArea, 'height' | 'width'>;

/** The strip of an image that is left out of training: the end of its longer side. */
export function stripOf({ height, width }: Size, share: number): ImageArea {
  if (height > width) {
    const top = height - Math.floor(height * share);
    return { top, left: 0, height: height - top, width };
  }
  const left = width - Math.floor(width * share);
  return { top: 0, left, height, width: width - left };
}

/** An example without its strip: planes and annotation end where the strip begins. */
export function withoutStrip(example: TrainingExample, share: number): TrainingExample {
  const { planes, supervision } = example;
  // What a person corrected is worth more in training.
  if (supervision.kind === 'reviewed')
    throw new TypeError('strips are left out of images without a review only');
  const size = keptSize(itemAt(planes, 0), share);
  return {
    ...example,
    planes: planesWithoutStrip(planes, share),
    supervision: cutSupervision(supervision, { top: 0, left: 0, ...size }),
  };
}

/** The planes of an example without its strip. */
export function planesWithoutStrip(planes: readonly FloatPlane[], share: number): FloatPlane[] {
  return planes.map(({ missing, ...plane }) => {
    const size = keptSize(plane, share);
    const kept = cut(plane, size);
    return missing === undefined
      ? kept
      : { ...kept, missing: cut({ height: plane.height, width: plane.width, data: missing }, size).data };
  });
}

/** Size of an image without its strip. */
export function keptSize(whole: Size, share: number): Size {
  const { top, left } = stripOf(whole, share);
  return top === 0 ? { height: whole.height, width: left } : { height: top, width: whole.width };
}

/** The upper left part of a plane or mask. */
function cut<T extends Size & { data: Float32Array | Uint8Array }>(whole: T, size: Size): T {
  const { height, width } = size;
  const data = whole.data.slice(0, height * width);
  for (let y = 0; y < height; y++) {
    data.set(whole.data.subarray(y * whole.width, y * whole.width + width), y * width);
  }
  return { ...whole, height, width, data };
}
