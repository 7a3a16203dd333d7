import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PixelArray } from '../../../src-main/contract/pixels.ts';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';
import { SeededRandom } from '../../../src-main/model/seeded-random.ts';
import { generateColonyImage } from '../../../src-main/sample/generate-colony-image.ts';
import { defaultSampleSettings } from '../../../src-main/sample/sample-settings.ts';
import { evaluateFolders } from '../../../src-main/tasks/results/evaluate-images.ts';
import { hasSharedCases, sharedCases } from '../../fixtures/shared-data.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { control } from '../small-project.ts';

/** Three cells of 4 × 4 px in a row under these numbers, and a fourth if its number is given. */
function row(numbers: number[]): PixelArray {
  const data = new Uint32Array(8 * 32);
  for (let y = 2; y < 6; y++)
    for (const [k, n] of numbers.entries()) data.fill(n, y * 32 + 8 * k, y * 32 + 8 * k + 4);
  return data;
}

function write(path: string, numbers: number[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const sizes = { t: 1, z: 1, c: 1 };
  writeFileSync(
    path,
    writeTiff({
      height: 8,
      width: 32,
      dtype: 'uint32',
      sizes,
      planes: [row(numbers)],
      channelNames: ['Labels'],
      pixelSizeUm: null,
    }),
  );
}

async function judged(found: Record<string, number[]>, tables: Record<string, string> = {}) {
  const folder = temporaryFolder();
  const [predictions, truth] = [join(folder, 'found'), join(folder, 'truth')];
  for (const [name, numbers] of Object.entries(found)) {
    write(join(predictions, `${name}_labels.tif`), numbers);
    write(join(truth, `${name}_label.tif`), [1, 2, 3]);
  }
  for (const [name, rows] of Object.entries(tables))
    writeFileSync(join(predictions, `${name}_cells.csv`), `label,score,y,x\n${rows}`);
  return evaluateFolders({ predictions, truth }, control);
}

test.each([[[1, 2, 3]], [[9, 4, 100]], [[3_000_000, 1, 2]], [[2 ** 32 - 1, 2 ** 31, 7]]])(
  'cells numbered %j are the same three cells',
  async (numbers) => {
    const { pooled, failures } = await judged({ a: numbers });
    expect(failures).toEqual([]);
    expect(pooled.precision).toMatchObject({ predictionCount: 3, truthCount: 3 });
    expect(pooled.field).toMatchObject({ panopticQuality: 1, aggregatedJaccardIndex: 1 });
    expect(pooled.field.f1AtThreshold[0]).toBe(1);
  },
);

test.each([1, 2, 3])('numbers drawn at random change no figure, draw %i', async (seed) => {
  const random = new SeededRandom(seed);
  const settings = { ...defaultSampleSettings, heightPx: 96, widthPx: 128 };
  const truth = generateColonyImage(seed, settings).labels;
  const [height, width] = [truth.height, truth.width];
  // Found 3 px to the right, without the last cells: some are right at some thresholds.
  const count = truth.data.reduce((most, label) => Math.max(most, label), 0);
  const found = truth.data.map((_, i) => {
    const label = i % width < 3 ? 0 : truth.data[i - 3]!;
    return label > count - 2 ? 0 : label;
  });
  const figures = async (numberOf: () => number) => {
    const folder = temporaryFolder();
    const write = (path: string, data: Int32Array): Map<number, number> => {
      const numbers = new Map([[0, 0]]);
      for (const label of new Set(data)) if (label !== 0) numbers.set(label, numberOf());
      const sizes = { t: 1, z: 1, c: 1 };
      const planes = [Uint32Array.from(data, (label) => numbers.get(label)!)];
      const raster = { height, width, dtype: 'uint32', sizes, planes } as const;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, writeTiff({ ...raster, channelNames: ['Labels'], pixelSizeUm: null }));
      return numbers;
    };
    const [predictions, truths] = [join(folder, 'found'), join(folder, 'truth')];
    write(join(truths, 'a_label.tif'), truth.data);
    const rows = [...write(join(predictions, 'a_labels.tif'), found)]
      .filter(([label]) => label !== 0)
      .map(([label, number]) => `${number},${((label * 37) % 101) / 101},0,0`);
    writeFileSync(join(predictions, 'a_cells.csv'), `label,score,y,x\n${rows.join('\n')}\n`);
    const { pooled, unranked, failures } = await evaluateFolders({ predictions, truth: truths }, control);
    expect({ unranked, failures }).toEqual({ unranked: [], failures: [] });
    return pooled;
  };
  let next = 0;
  const inOrder = await figures(() => ++next);
  expect(inOrder.precision.predictionCount).toBeGreaterThan(5);
  expect(inOrder.precision.averagePrecision[0]).toBeGreaterThan(0);
  expect(inOrder.precision.meanAveragePrecision).toBeLessThan(1);
  const drawn = await figures(() => 1 + Math.floor(random.uniform() * (2 ** 32 - 1)));
  const { panopticQuality, aggregatedJaccardIndex, ...field } = drawn.field;
  expect(drawn.precision).toEqual(inOrder.precision);
  expect(inOrder.field).toMatchObject(field);
  // Sums in another order differ in their last digit.
  expect(panopticQuality).toBeCloseTo(inOrder.field.panopticQuality, 12);
  expect(aggregatedJaccardIndex).toBeCloseTo(inOrder.field.aggregatedJaccardIndex, 12);
});

describe('scores', () => {
  // The last of four found cells is wrong. In one case it has the highest score, in the other the lowest.
  const rows = (wrong: number): string => `7,${wrong},1,1\n1,0.9,4,2\n2,0.8,4,10\n3,0.7,4,18\n`;

  test('are read from the table beside the label image, by label', async () => {
    const sure = await judged({ a: [1, 2, 3, 7] }, { a: rows(0.95) });
    expect(sure.unranked).toEqual([]);
    expect(sure.pooled.precision.averagePrecision[0]).toBeCloseTo((1 / 2 + 2 / 3 + 3 / 4) / 3, 12);
    const unsure = await judged({ a: [1, 2, 3, 7] }, { a: rows(0.1) });
    expect(unsure.pooled.precision.averagePrecision[0]).toBe(1);
  });

  test('rank images of different folders together', async () => {
    const { pooled, images } = await judged(
      { 'plateA/a': [1, 2, 3, 7], 'plateB/a': [1, 2, 3, 7] },
      { 'plateA/a': rows(0.95), 'plateB/a': rows(0.1) },
    );
    expect(images.map(({ name }) => name)).toEqual(['plateA/a_labels.tif', 'plateB/a_labels.tif']);
    expect(pooled.precision.averagePrecision[0]).toBeCloseTo(
      (1 / 2 + 2 / 3 + 3 / 4 + 4 / 5 + 5 / 6 + 6 / 7) / 6,
      12,
    );
  });

  test('that are missing leave AP undefined, and the image is named', async () => {
    const { pooled, unranked } = await judged({ a: [1, 2, 3, 7], b: [1, 2, 3] }, { b: rows(0.1) });
    expect(unranked).toEqual(['a_labels.tif']);
    expect(pooled.precision.averagePrecision[0]).toBeNaN();
    expect(pooled.precision.falseNegativeRate[0]).toBe(0);
    expect(pooled.field.jaccardAtThreshold[0]).toBe(6 / 7);
  });

  test('that lack a cell of the label image are refused by name', async () => {
    const { failures } = await judged({ a: [1, 2, 3, 8] }, { a: rows(0.1) });
    expect(failures).toMatchObject([{ subject: 'a_labels.tif', code: 'annotation-invalid' }]);
    expect(failures[0]!.message).toContain('label 8');
  });
});

test.skipIf(!hasSharedCases)('a label image with gaps: found 3, all figures 1', async () => {
  const { pooled } = await evaluateFolders(
    { predictions: sharedCases('evaluate-gaps/found'), truth: sharedCases('evaluate-gaps/truth') },
    control,
  );
  expect(pooled.precision.predictionCount).toBe(3);
  expect(pooled.field).toMatchObject({ panopticQuality: 1 });
  expect(pooled.field.f1AtThreshold[0]).toBe(1);
});
