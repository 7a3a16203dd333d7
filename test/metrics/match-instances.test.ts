import { expect, test } from 'vitest';
import { LacssError } from '../../src-main/contract/errors.ts';
import { countOverlaps, iouOf } from '../../src-main/metrics/count-overlaps.ts';
import { matchInstances } from '../../src-main/metrics/match-instances.ts';
import { diskLabels, drawnLabels } from './label-fixtures.ts';

test('overlaps of rectangles have the areas one counts by hand', () => {
  const truth = drawnLabels('1111....', '1111..33', '......33');
  const prediction = drawnLabels('..1111..', '..1111.2', '........');
  const overlaps = countOverlaps(prediction, truth);
  expect([...overlaps.predictionAreas]).toEqual([8, 1]);
  expect([...overlaps.truthAreas]).toEqual([8, 4]); // label 2 does not occur and is no instance
  expect([...overlaps.truthLabels]).toEqual([1, 3]);
  expect([...overlaps.predictionIndex]).toEqual([0, 1]);
  expect([...overlaps.truthIndex]).toEqual([0, 1]);
  expect([...overlaps.areas]).toEqual([4, 1]);
  expect(iouOf(overlaps, 0)).toBe(4 / (8 + 8 - 4));
  expect(iouOf(overlaps, 1)).toBe(1 / (4 + 1 - 1));
});

test.each([0, 2, 5, 8, 11, 15, 25])(
  'a disk shifted by %d px has the IoU of the two circular segments',
  (shift) => {
    const radius = 20;
    // Two circles of radius r at distance d share 2 r² acos(d / 2r) − d/2 · √(4r² − d²).
    const lens =
      2 * radius ** 2 * Math.acos(shift / (2 * radius)) -
      (shift / 2) * Math.sqrt(4 * radius ** 2 - shift ** 2);
    const expected = lens / (2 * Math.PI * radius ** 2 - lens);
    const overlaps = countOverlaps(
      diskLabels(80, radius, [[40, 25 + shift]]),
      diskLabels(80, radius, [[40, 25]]),
    );
    expect(iouOf(overlaps, 0)).toBeCloseTo(expected, 2);
  },
);

test('a true positive needs an IoU strictly above the threshold', () => {
  const truth = drawnLabels('1111');
  const half = drawnLabels('11..');
  expect(matchInstances(half, [0.9], truth, [0.5]).truePositives[0]).toEqual(Uint8Array.of(0));
  expect(matchInstances(half, [0.9], truth, [0.49]).truePositives[0]).toEqual(Uint8Array.of(1));
});

test('the surer prediction claims the truth and the other goes without', () => {
  const truth = drawnLabels('1111111');
  const prediction = drawnLabels('1112222'); // IoU 3/7 and 4/7
  expect(matchInstances(prediction, [0.9, 0.4], truth, [0.4]).truePositives[0]).toEqual(Uint8Array.of(1, 0));
  expect(matchInstances(prediction, [0.4, 0.9], truth, [0.4]).truePositives[0]).toEqual(Uint8Array.of(0, 1));
});

test('below the threshold nothing is claimed, so that a later prediction still can', () => {
  const truth = drawnLabels('1111111');
  const prediction = drawnLabels('1112222');
  expect(matchInstances(prediction, [0.9, 0.4], truth, [0.5]).truePositives[0]).toEqual(Uint8Array.of(0, 1));
});

test('a claimed truth is passed over for the next best unclaimed one', () => {
  const truth = drawnLabels('1111122222');
  const prediction = drawnLabels('1111222233'); // prediction 2 shares 1 px with truth 1 and 3 px with truth 2
  const match = matchInstances(prediction, [0.5, 0.9, 0.1], truth, [0.1]);
  // 2 takes truth 2 (IoU 3/6). 1 takes truth 1 (4/5). 3 overlaps only truth 2, which is taken.
  expect(match.truePositives[0]).toEqual(Uint8Array.of(1, 1, 0));
});

test('images of different size are refused by name', () => {
  const received = (): unknown => matchInstances(drawnLabels('11'), [1], drawnLabels('1', '1'));
  expect(received).toThrow(LacssError);
  expect(received).toThrow('1 × 2 pixels, the true labels 2 × 1');
});

test('wrong labels and scores are refused with what was received', () => {
  const truth = drawnLabels('1.');
  expect(() => matchInstances(drawnLabels('.3'), [1, 1], truth)).toThrow('each of 1 labels, received 2');
  expect(() => matchInstances(drawnLabels('3.'), [NaN], truth)).toThrow('NaN for label 3');
  const negative = { height: 1, width: 2, data: Int32Array.of(-1, 0) };
  expect(() => matchInstances(negative, [1], truth)).toThrow('received -1');
});
