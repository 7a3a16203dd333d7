import type { LabelImage, Mask } from '../../src-main/contract/pixels.ts';

/** Intersection over union of a foreground and everything that is labelled. */
export function foregroundIou(mask: Mask, truth: LabelImage): number {
  let both = 0;
  let either = 0;
  for (let i = 0; i < mask.data.length; i++) {
    const labelled = truth.data[i]! > 0 ? 1 : 0;
    both += mask.data[i]! & labelled;
    either += mask.data[i]! | labelled;
  }
  return both / either;
}
