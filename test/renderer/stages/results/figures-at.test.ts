import { expect, test } from 'vitest';
import { figuresAt } from '../../../../src-renderer/stages/results/figures-at.ts';

const figures = {
  precision: {
    thresholds: [0.5, 0.55, 0.6, 0.65, 0.7, 0.75],
    averagePrecision: [0.9, 0.8, 0.7, 0.6, 0.5, 0.4],
    meanAveragePrecision: 0.65,
    falseNegativeRate: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
    averageFalseNegativeRate: 0.35,
    imageCount: 1,
    predictionCount: 10,
    truthCount: 10,
  },
  field: {
    thresholds: [0.5],
    truePositives: [9],
    falsePositives: [1],
    falseNegatives: [1],
    precisionAtThreshold: [0.9],
    recallAtThreshold: [0.9],
    f1AtThreshold: [0.9],
    jaccardAtThreshold: [9 / 11],
    panopticQuality: 0.7,
    segmentationQuality: 0.8,
    recognitionQuality: 0.9,
    aggregatedJaccardIndex: 0.6,
    foregroundIou: 0.9,
  },
};

test('takes the figures of a threshold, though 0.7 + 0.05 is not 0.75', () => {
  expect(figuresAt(figures, 0.7 + 0.05)).toEqual({
    averagePrecision: 0.4,
    falseNegativeRate: 0.6,
    f1: Number.NaN,
  });
  expect(figuresAt(figures, 0.5)).toEqual({ averagePrecision: 0.9, falseNegativeRate: 0.1, f1: 0.9 });
});

test('a threshold nobody asked for has no figures', () => {
  expect(figuresAt(figures, 0.9).averagePrecision).toBeNaN();
});
