import { expect, test } from 'vitest';
import type { LabelImage } from '../../src-main/contract/pixels.ts';
import { averagePrecision } from '../../src-main/metrics/average-precision.ts';
import { fieldMetrics } from '../../src-main/metrics/field-metrics.ts';
import { matchInstances } from '../../src-main/metrics/match-instances.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { drawnLabels } from './label-fixtures.ts';

const random = new SeededRandom(7, 'renumbering');

/** Blocks of random labels, some joined, some background: touching cells, cells in pieces, ties. */
function randomLabels(): LabelImage {
  const labels = { height: 24, width: 24, data: new Int32Array(24 * 24) };
  const blocks = Array.from({ length: 36 }, () => Math.floor(random.uniform() * 12));
  for (let i = 0; i < labels.data.length; i++) {
    labels.data[i] = blocks[6 * Math.floor(i / 96) + Math.floor((i % 24) / 4)]!;
  }
  return labels;
}

/** The same partition with other numbers, up to the largest that an array of labels holds. */
function renumbered({ height, width, data }: LabelImage): {
  labels: LabelImage;
  numberOf: Map<number, number>;
} {
  const numberOf = new Map<number, number>();
  const taken = new Set<number>();
  for (const label of new Set(data)) {
    let number = 0;
    while (label > 0 && (number === 0 || taken.has(number)))
      number = 1 + Math.floor(random.uniform() * (2 ** 31 - 1));
    taken.add(number);
    numberOf.set(label, number);
  }
  return { labels: { height, width, data: data.map((label) => numberOf.get(label)!) }, numberOf };
}

const present = ({ data }: LabelImage): number[] =>
  [...new Set(data)].filter((label) => label > 0).sort((a, b) => a - b);

test('every figure depends on the partition, never on the numbers', () => {
  for (let round = 0; round < 40; round++) {
    const [prediction, truth] = [randomLabels(), randomLabels()];
    // Few scores, so that many are tied.
    const scoreOf = new Map(present(prediction).map((label) => [label, Math.ceil(random.uniform() * 3) / 4]));
    const figures = (found: LabelImage, scores: number[], real: LabelImage): unknown => {
      const match = matchInstances(found, scores, real, [0.1, 0.25, 0.5, 0.75]);
      return [averagePrecision([match]), fieldMetrics([match]), match.truePositives];
    };
    const other = renumbered(prediction);
    const labelOf = new Map([...other.numberOf].map(([label, number]) => [number, label]));
    const expected = figures(
      prediction,
      present(prediction).map((label) => scoreOf.get(label)!),
      truth,
    );
    const received = figures(
      other.labels,
      present(other.labels).map((number) => scoreOf.get(labelOf.get(number)!)!),
      renumbered(truth).labels,
    );
    expect(received).toEqual(expected);
  }
});

test('the very same cells under other numbers are perfect', () => {
  const truth = drawnLabels('11.22.33');
  const found = { ...truth, data: truth.data.map((label) => [0, 4, 9, 2 ** 31 - 1][label]!) };
  const match = matchInstances(found, [1, 1, 1], truth);
  expect(averagePrecision([match])).toMatchObject({ predictionCount: 3, meanAveragePrecision: 1 });
  expect(fieldMetrics([match])).toMatchObject({ panopticQuality: 1, aggregatedJaccardIndex: 1 });
});
