import type { Stage } from '../state/stage.ts';

/** The page of the built guide that explains each stage, below the address of the window. */
export const guidePages: Record<Stage, string> = {
  images: 'help/guide/images.html',
  foreground: 'help/guide/annotation.html#foreground',
  locations: 'help/guide/annotation.html#points-σ-and-the-threshold',
  train: 'help/guide/train.html',
  review: 'help/guide/review.html',
  results: 'help/guide/results.html',
};
