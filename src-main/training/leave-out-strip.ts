import { float32At, itemAt } from '../contract/elements.ts';
import type { FloatPlane, ImageArea, Locations } from '../contract/pixels.ts';
import type { Supervision, TrainingExample } from './training-example.ts';

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
  const size = keptSize(itemAt(planes, 0), share);
  return {
    ...example,
    planes: planesWithoutStrip(planes, share),
    supervision: cutSupervision(supervision, size),
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

function keptSize(whole: Size, share: number): Size {
  const { top, left } = stripOf(whole, share);
  return top === 0 ? { height: whole.height, width: left } : { height: top, width: whole.width };
}

function cutSupervision(supervision: Supervision, size: Size): Supervision {
  switch (supervision.kind) {
    case 'full':
      return { ...supervision, labels: cut(supervision.labels, size) };
    case 'points':
      return { ...supervision, ...size, locations: inside(supervision.locations, size) };
    case 'weak': {
      const locations = inside(supervision.locations, size);
      return { ...supervision, foreground: cut(supervision.foreground, size), locations };
    }
    case 'reviewed':
      // Corrections of a person are more valuable in training.
      throw new TypeError('strips are left out of images without a review only');
  }
}

/** The upper left part of a plane, mask or label image. */
function cut<T extends Size & { data: Float32Array | Uint8Array | Int32Array }>(whole: T, size: Size): T {
  const { height, width } = size;
  const data = whole.data.slice(0, height * width);
  for (let y = 0; y < height; y++) {
    data.set(whole.data.subarray(y * whole.width, y * whole.width + width), y * width);
  }
  return { ...whole, height, width, data };
}

function inside(locations: Locations, { height, width }: Size): Locations {
  const kept: number[] = [];
  for (let k = 0; k < locations.length; k += 2) {
    const [y, x] = [float32At(locations, k), float32At(locations, k + 1)];
    if (y < height && x < width) kept.push(y, x);
  }
  return Float32Array.from(kept);
}
