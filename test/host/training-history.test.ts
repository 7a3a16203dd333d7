import { expect, test } from 'vitest';
import type { EpochReport, StepReport } from '../../src-main/contract/training.ts';
import { TrainingHistory } from '../../src-main/host/training-history.ts';

const terms = { detection: 1, location: 2, instance: 3, size: null, edge: null, total: 6 };
const common = { terms, gradientNorm: 1, learningRate: 0.001, meanAreaPx: 100 };
const step = (number: number, elapsedMs = 10 * number): StepReport => ({
  ...common,
  step: number,
  epoch: Math.ceil(number / 2),
  example: 'field-1',
  cells: 3,
  elapsedMs,
});
const epoch = (number: number, score: number | null, best: boolean): EpochReport => ({
  ...common,
  epoch: number,
  step: 2 * number,
  validation: score === null ? null : { measure: 'AP50', score, figures: {} },
  best,
  elapsedMs: 20 * number,
});

test('steps and epochs become curves; a term that a step had not is a gap', () => {
  const history = new TrainingHistory();
  history.addStep(step(1));
  expect(history.addStep(step(2, 25))).toEqual({
    step: 2,
    epoch: 1,
    elapsedMs: 25,
    terms: { detection: 1, location: 2, instance: 3, total: 6 },
  });
  history.addEpoch(epoch(1, 0.4, true), true);
  const { steps, elapsedMs, terms: curves, epochs, previews } = history.curves();
  expect([...elapsedMs]).toEqual([10, 25]);
  expect([...steps]).toEqual([1, 2]);
  expect([...curves.instance!]).toEqual([3, 3]);
  expect([...curves.edge!]).toEqual([Number.NaN, Number.NaN]);
  expect(epochs).toEqual([{ epoch: 1, step: 2, validation: { measure: 'AP50', value: 0.4 }, best: true }]);
  expect(previews).toEqual([1]);
});

test('what is done again replaces what was before, its epochs and previews too', () => {
  const history = new TrainingHistory();
  history.take({
    steps: [1, 2, 3, 4, 5].map((number) => step(number)),
    epochs: [epoch(1, 0.4, true), epoch(2, 0.6, true)],
    previews: [1, 2, 9],
  });
  expect(history.curves().previews).toEqual([1, 2]);
  history.addStep(step(3, 31));
  expect([...history.curves().steps]).toEqual([1, 2, 3]);
  expect(history.curves().previews).toEqual([1]);
  expect(history.best).toEqual({ epoch: 1, measure: 'AP50', value: 0.4 });
});

test('the best epoch is the last that was the best when it was judged, and none where nothing judged', () => {
  const history = new TrainingHistory();
  history.addEpoch(epoch(1, null, true), false);
  expect(history.best).toBeNull();
  history.addEpoch(epoch(2, 0.5, true), false);
  history.addEpoch(epoch(3, 0.3, false), false);
  expect(history.best).toEqual({ epoch: 2, measure: 'AP50', value: 0.5 });
  history.clear();
  expect(history.best).toBeNull();
  expect(history.lastStep).toBeUndefined();
});
