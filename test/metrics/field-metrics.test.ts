import { expect, test } from 'vitest';
import { fieldMetrics } from '../../src-main/metrics/field-metrics.ts';
import { matchInstances } from '../../src-main/metrics/match-instances.ts';
import { drawnLabels } from './label-fixtures.ts';

const truth = drawnLabels('1111.222', '1111.222', '.....222', '33......');
const prediction = drawnLabels('1111..22', '1111..22', '......22', '....44..');
const matches = matchInstances(prediction, [0.9, 0.8, 0.6], truth);

test('counts and ratios by hand', () => {
  const report = fieldMetrics([matches], [0.5, 0.7]);
  // Instance 1 has IoU 1, instance 2 has 6/9. Truth 3 is missed, prediction 4 is false. Label 3 does not
  // occur and is no prediction.
  expect(report.truePositives).toEqual([2, 1]);
  expect(report.falsePositives).toEqual([1, 2]);
  expect(report.falseNegatives).toEqual([1, 2]);
  expect(report.precisionAtThreshold).toEqual([2 / 3, 1 / 3]);
  expect(report.recallAtThreshold).toEqual([2 / 3, 1 / 3]);
  expect(report.f1AtThreshold).toEqual([4 / 6, 2 / 6]);
  expect(report.jaccardAtThreshold).toEqual([2 / 4, 1 / 5]);
  expect(report.segmentationQuality).toBe((1 + 6 / 9) / 2);
  expect(report.recognitionQuality).toBe(2 / (2 + 1 / 2 + 1 / 2));
  expect(report.panopticQuality).toBeCloseTo(report.segmentationQuality * report.recognitionQuality, 12);
  // Intersections 8 + 6. Unions 8 + 9, plus 2 of the missed truth and 2 of the false prediction.
  expect(report.aggregatedJaccardIndex).toBe(14 / 21);
  expect(report.foregroundIou).toBe(14 / 21);
});

test('in the aggregated index one prediction may serve two truths, and pays for it in the union', () => {
  const two = drawnLabels('1122');
  const merged = drawnLabels('1111');
  const report = fieldMetrics([matchInstances(merged, [1], two)]);
  expect(report.aggregatedJaccardIndex).toBe((2 + 2) / (4 + 4));
});

test('counts are summed over the images before dividing', () => {
  const one = drawnLabels('1');
  const none = drawnLabels('.');
  const report = fieldMetrics([matchInstances(one, [1], one), matchInstances(none, [], one)], [0.5]);
  expect(report.jaccardAtThreshold).toEqual([1 / 2]);
  expect(report.aggregatedJaccardIndex).toBe(1 / 2);
});

test('no prediction, no truth, neither', () => {
  const one = drawnLabels('1');
  const none = drawnLabels('.');
  const missed = fieldMetrics([matchInstances(none, [], one)], [0.5]);
  expect(missed).toMatchObject({ jaccardAtThreshold: [0], recallAtThreshold: [0], panopticQuality: 0 });
  expect(missed.precisionAtThreshold[0]).toBeNaN();
  const invented = fieldMetrics([matchInstances(one, [1], none)], [0.5]);
  expect(invented).toMatchObject({
    jaccardAtThreshold: [0],
    precisionAtThreshold: [0],
    aggregatedJaccardIndex: 0,
  });
  const neither = fieldMetrics([matchInstances(none, [], none)], [0.5]);
  expect(neither.jaccardAtThreshold[0]).toBeNaN();
  expect(neither.aggregatedJaccardIndex).toBeNaN();
});

test('a threshold at which matches are not unique is refused', () => {
  expect(() => fieldMetrics([matches], [0.4])).toThrow('received 0.4');
});
