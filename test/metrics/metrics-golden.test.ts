import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { averagePrecision } from '../../src-main/metrics/average-precision.ts';
import { fieldMetrics } from '../../src-main/metrics/field-metrics.ts';
import { matchInstances } from '../../src-main/metrics/match-instances.ts';
import { runLabels } from './label-fixtures.ts';

/** Written by test/golden/make-metrics-goldens.py: dense boolean stacks, scipy's optimal assignment. */
interface Golden {
  size: number;
  images: { truth: number[]; prediction: number[]; scores: number[] }[];
  averagePrecision: number[];
  falseNegativeRate: number[];
  field: Record<string, number | number[]>;
}
const golden = JSON.parse(readFileSync(new URL('../golden/metrics.json', import.meta.url), 'utf8')) as Golden;
const matches = golden.images.map((image) =>
  matchInstances(
    runLabels(golden.size, golden.size, image.prediction),
    image.scores,
    runLabels(golden.size, golden.size, image.truth),
  ),
);

test('average precision and false negative rate equal an independent implementation', () => {
  const report = averagePrecision(matches);
  expect(report.averagePrecision).toHaveLength(10);
  golden.averagePrecision.forEach((value, t) => expect(report.averagePrecision[t]).toBeCloseTo(value, 12));
  golden.falseNegativeRate.forEach((value, t) => expect(report.falseNegativeRate[t]).toBeCloseTo(value, 12));
});

test('field figures equal an independent implementation', () => {
  const report = fieldMetrics(matches);
  for (const [name, expected] of Object.entries(golden.field)) {
    const received = [report[name as keyof typeof report]].flat();
    [expected].flat().forEach((value, i) => expect(received[i], `${name}[${i}]`).toBeCloseTo(value, 12));
  }
});
