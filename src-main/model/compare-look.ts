import { itemAt } from '../contract/elements.ts';
import type { LearnedLook } from '../contract/model-card.ts';
import { lookFigures } from './image-look.ts';
import type { LookFigures, LookFigure } from './image-look.ts';

/**
 * Usual differences of a figure between fields of one data set. Chosen on the real images of
 * docs/measured/truth.md.
 */
const usual: Record<LookFigure, number> = {
  contrast: 1.2,
  skewness: 3,
  fineDetail: 0.5,
  coarseDetail: 0.5,
};

/** Differences beyond this many standard deviations of the training images count as well. */
const manyDeviations = 4;

const words: Record<LookFigure, [more: string, less: string]> = {
  contrast: ['more contrast', 'less contrast'],
  skewness: ['a darker background beside bright cells', 'a brighter background beside the cells'],
  fineDetail: ['finer texture or more noise', 'smoother texture'],
  coarseDetail: ['more detail within cells', 'less detail within cells'],
};

/** The mean look of some images. */
export function meanLook(looks: readonly LookFigures[][]): LearnedLook['channels'] {
  return itemAt(looks, 0).map((_, channel) => {
    const figure = (name: LookFigure) => {
      const values = looks.map((look) => itemAt(look, channel)[name]);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return { mean, deviation: Math.sqrt(squares / values.length) };
    };
    return {
      contrast: figure('contrast'),
      skewness: figure('skewness'),
      fineDetail: figure('fineDetail'),
      coarseDetail: figure('coarseDetail'),
    };
  });
}

/** A sentence for people: how an image differs from those that a model learned. `null` if it does not. */
export function unlikeness(look: readonly LookFigures[], learned: LearnedLook): string | null {
  const differences = new Set<string>();
  for (const [channel, figures] of look.entries()) {
    const known = learned.channels[channel];
    if (known === undefined) continue;
    for (const name of lookFigures) {
      const { mean, deviation } = known[name];
      const difference = figures[name] - mean;
      if (Math.abs(difference) <= Math.max(usual[name], manyDeviations * deviation)) continue;
      differences.add(words[name][difference > 0 ? 0 : 1]);
    }
  }
  if (differences.size === 0) return null;
  return `This image looks unlike those the model learned: ${[...differences].join(', ')}. Check its cells.`;
}
