import { expect, test } from 'vitest';
import { locationMetrics, locationsInInstances } from '../../src-main/metrics/location-metrics.ts';
import { drawnLabels } from './label-fixtures.ts';

test('as many pairs as possible are made, even where the nearest pair would block one', () => {
  const truth = Float32Array.of(0, 0, 0, 3);
  const predicted = Float32Array.of(0, 1, 0, -1.5); // the first is nearest to truth 0, the second reaches only truth 0
  expect(locationMetrics(predicted, truth, 2)).toEqual({
    truePositives: 2,
    falsePositives: 0,
    falseNegatives: 0,
    precision: 1,
    recall: 1,
    f1: 1,
  });
});

test('a second location at the same truth is a false positive', () => {
  const report = locationMetrics(Float32Array.of(5, 5, 5, 6), Float32Array.of(5, 5, 40, 40), 3);
  expect(report).toMatchObject({ truePositives: 1, falsePositives: 1, falseNegatives: 1, f1: 0.5 });
});

test('the distance is inclusive and Euclidean', () => {
  const truth = Float32Array.of(0, 0);
  expect(locationMetrics(Float32Array.of(3, 4), truth, 5).truePositives).toBe(1);
  expect(locationMetrics(Float32Array.of(3, 4), truth, 4.99).truePositives).toBe(0);
});

test('thousands of points in a chain are paired without trouble', () => {
  // Truth at 0, 2, 4 …; predictions at 1, 3, 5 …, the last one reaches only the last truth: every pair must shift.
  const count = 3000;
  const truth = new Float32Array(2 * count);
  const predicted = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    truth[2 * i + 1] = 2 * i;
    predicted[2 * i + 1] = 2 * (count - 1 - i) + 1;
  }
  expect(locationMetrics(predicted, truth, 1).truePositives).toBe(count);
});

test('nothing predicted, nothing there', () => {
  const none = new Float32Array(0);
  expect(locationMetrics(none, Float32Array.of(1, 1), 3)).toMatchObject({ recall: 0, f1: 0, precision: NaN });
  expect(locationMetrics(Float32Array.of(1, 1), none, 3)).toMatchObject({ recall: NaN, f1: 0, precision: 0 });
  expect(locationMetrics(none, none, 3).f1).toBeNaN();
  expect(() => locationMetrics(none, none, 0)).toThrow('received 0');
});

test('a location hits the instance whose pixel it lies in', () => {
  const labels = drawnLabels('11.22', '11.22', '.....', '333..');
  const predicted = Float32Array.of(
    ...[0.1, 1.9], // the pixel in row 0, column 1: instance 1
    ...[1.5, 0.5], // instance 1 again
    ...[2.5, 2.5], // background
    ...[3.9, 2.99], // instance 3
    ...[-0.1, 0.5], // outside
    ...[0.5, 5], // outside
  );
  expect(locationsInInstances(predicted, labels)).toEqual({
    truePositives: 2,
    falsePositives: 4,
    falseNegatives: 1,
    precision: 2 / 6,
    recall: 2 / 3,
    f1: 4 / 9,
  });
});
