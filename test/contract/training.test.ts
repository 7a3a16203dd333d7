import { expect, it } from 'vitest';
import { validationReportSchema } from '../../src-main/contract/training.ts';

it('validations of earlier versions, in cards and checkpoints, are read by the names of today', () => {
  const read = (measure: string): unknown =>
    validationReportSchema.parse({ measure, score: -0.5, figures: { loss: 0.5 } }).measure;
  expect(['minus-loss', 'minus-weak-loss', 'loss', 'weak-loss', 'AP50'].map(read)).toEqual([
    'loss',
    'weak-loss',
    'loss',
    'weak-loss',
    'AP50',
  ]);
  expect(() => read('minus-AP')).toThrow();
});
