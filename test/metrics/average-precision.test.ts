import { expect, test } from 'vitest';
import { atThreshold, averagePrecision } from '../../src-main/metrics/average-precision.ts';
import { matchInstances, paperThresholds } from '../../src-main/metrics/match-instances.ts';
import { diskLabels, drawnLabels } from './label-fixtures.ts';

const empty = drawnLabels('......');

test('the thresholds are the ten of the paper', () => {
  expect(paperThresholds).toEqual([0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]);
});

test('the truth given as prediction is perfect', () => {
  const truth = drawnLabels('112233');
  const report = averagePrecision([matchInstances(truth, [0.3, 0.2, 0.1], truth)]);
  expect(report).toMatchObject({ meanAveragePrecision: 1, averageFalseNegativeRate: 0, truthCount: 3 });
});

test('a false positive between two true ones costs precision at the later one only', () => {
  const truth = drawnLabels('1.2.3.');
  const prediction = drawnLabels('121.3.'); // label 1 shares one of two pixels with truth 1: IoU 1/3
  const report = averagePrecision([
    matchInstances(drawnLabels('1.2..3'), [0.9, 0.5, 0.7], truth, [0.5]), // ranked: hit, miss, hit
  ]);
  expect(report.averagePrecision).toEqual([(1 / 1 + 2 / 3) / 3]);
  expect(report.falseNegativeRate[0]).toBeCloseTo(1 / 3, 12);
  expect(
    averagePrecision([matchInstances(prediction, [0.9, 0.8, 0.7], truth, [0.5])]).averagePrecision,
  ).toEqual([1 / 3 / 3]); // ranked: miss, miss, hit
});

test('images are pooled before ranking, not averaged', () => {
  const truth = drawnLabels('1.2...');
  const good = matchInstances(drawnLabels('1.2...'), [0.9, 0.2], truth, [0.5]);
  const bad = matchInstances(drawnLabels('....12'), [0.8, 0.1], truth, [0.5]);
  // Ranked: hit, miss, hit, miss of 4 truths.
  expect(averagePrecision([good, bad]).averagePrecision).toEqual([(1 + 2 / 3) / 4]);
});

test('shifted disks pass exactly the thresholds below their IoU', () => {
  // Radius 20 shifted by 6: lens = 2·400·acos(0.15) − 3·√(1600 − 36) = 1017.6, IoU = 1017.6 / (2513.3 −
  // 1017.6) = 0.680.
  const report = averagePrecision([
    matchInstances(diskLabels(64, 20, [[32, 34]]), [1], diskLabels(64, 20, [[32, 28]])),
  ]);
  expect(report.averagePrecision).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  expect(report.meanAveragePrecision).toBeCloseTo(0.4, 12);
  expect(atThreshold(report, report.averagePrecision, 0.65)).toBe(1);
  expect(atThreshold(report, report.averagePrecision, 0.7)).toBe(0);
  expect(atThreshold(report, report.averagePrecision, 0.3)).toBeNaN();
});

test('no prediction: everything is missed', () => {
  const report = averagePrecision([matchInstances(empty, [], drawnLabels('1.2...'))]);
  expect(report).toMatchObject({ meanAveragePrecision: 0, averageFalseNegativeRate: 1, predictionCount: 0 });
});

test('no truth: the ratios have no meaning and say so', () => {
  expect(
    averagePrecision([matchInstances(drawnLabels('1.....'), [1], empty)]).meanAveragePrecision,
  ).toBeNaN();
  expect(averagePrecision([matchInstances(empty, [], empty)]).averageFalseNegativeRate).toBeNaN();
  expect(averagePrecision([])).toMatchObject({ imageCount: 0, thresholds: [] });
});

test('an image without truth still counts its false positives', () => {
  const truth = drawnLabels('1.....');
  const hit = matchInstances(truth, [0.5], truth, [0.5]);
  const invented = matchInstances(drawnLabels('...1..'), [0.9], empty, [0.5]);
  expect(averagePrecision([hit, invented]).averagePrecision).toEqual([1 / 2]);
});

test('without scores there is no ranking and no AP; what is missed is still counted', () => {
  const truth = drawnLabels('11..22');
  const report = averagePrecision([
    matchInstances(truth, [0.9, 0.5], truth, [0.5]),
    matchInstances(drawnLabels('33....'), null, truth, [0.5]),
  ]);
  expect(report.averagePrecision).toEqual([NaN]);
  expect(report.meanAveragePrecision).toBeNaN();
  expect(report.falseNegativeRate).toEqual([1 / 4]);
  // An image without found cells does not change the ranking.
  const empty = matchInstances(drawnLabels('......'), null, truth, [0.5]);
  expect(averagePrecision([matchInstances(truth, [1, 1], truth, [0.5]), empty]).averagePrecision).toEqual([
    1 / 2,
  ]);
});

test('matches made with different thresholds are refused', () => {
  const truth = drawnLabels('1');
  const images = [matchInstances(truth, [1], truth, [0.5]), matchInstances(truth, [1], truth, [0.6])];
  expect(() => averagePrecision(images)).toThrow('expected 0.5, received 0.6');
});
