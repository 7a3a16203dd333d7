import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { LabelImage } from '../../src-main/contract/pixels.ts';
import { coco, readCoco } from '../../src-main/formats/coco.ts';
import { geojson, readGeojson } from '../../src-main/formats/geojson.ts';
import { imagejRoiZip, readImagejRoiZip } from '../../src-main/formats/imagej-roi-zip.ts';
import { labelTiff } from '../../src-main/formats/label-tiff.ts';
import { traceContours } from '../../src-main/imaging/contours/trace-contours.ts';
import { labelImageOf } from '../../src-main/imaging/label/cut-labels.ts';
import { readTiff } from '../fixtures/read-whole.ts';
import { hasSharedData, sharedData } from '../fixtures/shared-data.ts';
import { exampleLabels } from './example-labels.ts';

/** Writes each format and reads it again. */
const formats: [string, (labels: LabelImage) => LabelImage | Promise<LabelImage>][] = [
  [
    'label TIFF',
    async (labels) => {
      const { planes, height, width } = await readTiff(labelTiff(labels), 'x.tif');
      return { height, width, data: Int32Array.from(planes[0]!) };
    },
  ],
  [
    'ImageJ ROI zip',
    (labels) =>
      labelImageOf(
        readImagejRoiZip(imagejRoiZip(traceContours(labels)), 'x.zip', labels.height, labels.width),
      ),
  ],
  [
    'GeoJSON',
    (labels) =>
      labelImageOf(readGeojson(geojson(traceContours(labels)), 'x.geojson', labels.height, labels.width)),
  ],
  [
    'COCO',
    (labels) =>
      labelImageOf(
        readCoco(coco([{ fileName: 'a.tif', name: 'a', labels }]), 'x.json')
          .get('a')!
          .labels(),
      ),
  ],
];

describe.each(formats)('%s gives back the very same labels', (_, thereAndBack) => {
  test('of every shape', async () => {
    const labels = exampleLabels();
    expect(await thereAndBack(labels)).toMatchObject(labels);
  });

  test('again and again: nothing shrinks', async () => {
    let labels = exampleLabels();
    for (let i = 0; i < 5; i++) labels = await thereAndBack(labels);
    expect(labels).toMatchObject(exampleLabels());
  });

  test('of an image without a cell, and of one that is all cell', async () => {
    const none: LabelImage = { height: 3, width: 4, data: new Int32Array(12) };
    const all: LabelImage = { height: 3, width: 4, data: new Int32Array(12).fill(1) };
    expect(await thereAndBack(none)).toMatchObject(none);
    expect(await thereAndBack(all)).toMatchObject(all);
  });

  test('of labels beyond 16 bits', async () => {
    const labels: LabelImage = {
      height: 2,
      width: 3,
      data: Int32Array.of(70000, 70000, 0, 0, 123456, 123456),
    };
    expect(await thereAndBack(labels)).toMatchObject(labels);
  });

  test.skipIf(!hasSharedData)('of hand-drawn cells', async () => {
    const file = sharedData('hela-phase/HeLa_1_label.tif');
    const { planes, height, width } = await readTiff(new Uint8Array(readFileSync(file)), file);
    const labels = { height, width, data: Int32Array.from(planes[0]!) };
    const back = await thereAndBack(labels);
    expect(Buffer.compare(Buffer.from(back.data.buffer), Buffer.from(labels.data.buffer))).toBe(0);
  });
});

test('an exported zip holds the cells of now, and nothing else', () => {
  const labels = exampleLabels();
  const before = Object.keys(unzipSync(imagejRoiZip(traceContours(labels))));
  expect(before).toEqual(
    ['0001', '0002', '0003', '0004', '0007', '0012', '0013', '0015', '0300'].map((n) => `${n}.roi`),
  );
  labels.data.forEach((label, i) => {
    if (label === 7) labels.data[i] = 0;
  });
  const after = Object.keys(unzipSync(imagejRoiZip(traceContours(labels))));
  expect(after).toEqual(before.filter((name) => name !== '0007.roi'));
});

test('the same cells give the same bytes', () => {
  const contours = traceContours(exampleLabels());
  expect(imagejRoiZip(contours)).toEqual(imagejRoiZip(contours));
});
