import { describe, expect, test } from 'vitest';
import type { LabelImage } from '../../../src-main/contract/pixels.ts';
import { labelTiff } from '../../../src-main/formats/label-tiff.ts';
import { coco } from '../../../src-main/formats/coco.ts';
import { outlineCells } from '../../../src-main/imaging/contours/outline-cells.ts';
import { traceContours } from '../../../src-main/imaging/contours/trace-contours.ts';
import { cellAreas } from '../../../src-main/imaging/label/cell-areas.ts';
import { cutLabels, labelAt, labelImageOf } from '../../../src-main/imaging/label/cut-labels.ts';
import { instanceLabels } from '../../../src-main/imaging/label/instance-labels.ts';
import { keepCells } from '../../../src-main/imaging/label/keep-cells.ts';
import { LabelRunsBuilder } from '../../../src-main/imaging/label/label-runs-builder.ts';
import { readLabelRuns, withNumbers } from '../../../src-main/imaging/label/read-label-runs.ts';
import { runsOf } from '../../../src-main/imaging/label/runs-of.ts';
import { openImage } from '../../../src-main/imaging/open-image.ts';
import { bytesInMemory } from '../../../src-main/imaging/source/random-access.ts';
import { SeededRandom } from '../../../src-main/model/seeded-random.ts';

/** Blobs of several labels that touch, with holes and pieces. */
function randomLabels(seed: number, height: number, width: number): LabelImage {
  const random = new SeededRandom(seed);
  const data = new Int32Array(height * width);
  for (let k = 0; k < 40; k++) {
    const label = k % 5 === 4 ? 0 : 1 + Math.floor(random.uniform() * 12) * 7;
    const [y, x, r] = [random.uniform() * height, random.uniform() * width, 1 + random.uniform() * 6];
    for (let i = 0; i < data.length; i++) {
      if (Math.hypot(Math.floor(i / width) - y, (i % width) - x) < r) data[i] = label;
    }
  }
  return { height, width, data };
}

const cases = [1, 2, 3, 4, 5].map((seed) => [randomLabels(seed, 30 + seed, 50 - seed)] as const);

describe.each(cases)('runs', (labels) => {
  const runs = runsOf(labels);
  const { height, width, data } = labels;

  test('give back every pixel, whole and in part', () => {
    expect(labelImageOf(runs)).toEqual(labels);
    const box = { top: 3, left: 7, height: 9, width: 21 };
    expect(cutLabels(runs, box)).toEqual(cutLabels(labels, box));
    data.forEach((label, i) => {
      expect(labelAt(runs, Math.floor(i / width), i % width)).toBe(label);
    });
  });

  test('have the cells, areas and outlines of the label image', () => {
    expect(instanceLabels(runs)).toEqual(instanceLabels(labels));
    expect(cellAreas(runs)).toEqual(cellAreas(labels));
    expect(traceContours(runs)).toEqual(traceContours(labels));
    expect(outlineCells(runs)).toEqual(outlineCells(labels));
  });

  test('are written as the label image is, and read back in bands', async () => {
    expect(labelTiff(runs)).toEqual(labelTiff(labels));
    const scores = new Map([[1, 0.5]]);
    expect(coco([{ fileName: 'a', name: 'a', labels: runs, scores }])).toBe(
      coco([{ fileName: 'a', name: 'a', labels, scores }]),
    );
    const [source] = await openImage(bytesInMemory(labelTiff(labels)), 'a.tif');
    expect(withNumbers(await readLabelRuns(source!, () => new Error()))).toEqual(runs);
  });

  test('lose the cells that are left out', () => {
    const count = instanceLabels(labels).length;
    const rest = { scores: new Float32Array(count).fill(1), locations: new Float32Array(2 * count) };
    const isKept = (label: number): boolean => label % 2 === 0;
    const kept = keepCells({ ...rest, labels: runs }, isKept);
    expect(kept.labels).toEqual(runsOf(keepCells({ ...rest, labels }, isKept).labels));
  });

  test('are built row by row', () => {
    const builder = new LabelRunsBuilder(height, width);
    for (let y = 0; y < height; y++) builder.addRows(data.subarray(y * width, (y + 1) * width));
    expect(builder.build()).toEqual(runs);
  });
});

test('a label image of several strips is read back', async () => {
  const [height, width] = [2100, 4096];
  const data = Int32Array.from({ length: height * width }, (_, i) => (i % width < 40 ? 1 + (i >> 18) : 0));
  const [source] = await openImage(bytesInMemory(labelTiff(runsOf({ height, width, data }))), 'a.tif');
  expect(source!.tileSize.height).toBeLessThan(height);
  const runs = withNumbers(await readLabelRuns(source!, () => new Error()));
  expect(Buffer.compare(Buffer.from(labelImageOf(runs).data.buffer), Buffer.from(data.buffer))).toBe(0);
});

describe('refused by name', () => {
  test('label images with more cells or runs than fit into memory', async () => {
    const noise = { height: 2, width: 4, data: Int32Array.of(1, 0, 2, 0, 3, 0, 1, 2) };
    const read = async (most: { cells: number; runs: number }) => {
      const [source] = await openImage(bytesInMemory(labelTiff(noise)), 'a.tif');
      return readLabelRuns(source!, (reason) => new Error(reason), most);
    };
    expect((await read({ cells: 3, runs: 5 })).numbers).toHaveLength(3);
    await expect(read({ cells: 2, runs: 5 })).rejects.toThrow('it has more than 2 cells');
    await expect(read({ cells: 3, runs: 4 })).rejects.toThrow('its numbers change from pixel to pixel');
  });

  test.each([
    [Int32Array.of(-1, 0), 'received -1'],
    [Float64Array.of(2 ** 31, 0), 'received 2147483648'],
  ])('%s', (data, message) => {
    expect(() => {
      new LabelRunsBuilder(1, 2).addRows(data);
    }).toThrow(message);
  });

  test('missing and additional rows', () => {
    const builder = new LabelRunsBuilder(2, 2);
    builder.addRows([0, 1]);
    expect(() => builder.build()).toThrow('1 rows; expected 2');
    expect(() => {
      builder.addRows([0, 1, 1, 1]);
    }).toThrow(RangeError);
    expect(() => {
      builder.addEmptyRows(2);
    }).toThrow(RangeError);
    builder.addEmptyRows(1);
    expect([...builder.build().rowStarts]).toEqual([0, 1, 1]);
  });
});
