import { describe, expect, test } from 'vitest';
import type { LabelImage } from '../../src-main/contract/pixels.ts';
import { labelImageOf } from '../../src-main/imaging/label/cut-labels.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { readLabelFile } from '../../src-main/project/read-label-image.ts';
import { hasSharedData, sharedData } from '../fixtures/shared-data.ts';
import { exampleLabels } from './example-labels.ts';
import { comparePixels, pixelFormats } from './pixel-exact.ts';

function drawn(...rows: string[]): LabelImage {
  return { height: rows.length, width: rows[0]!.length, data: Int32Array.from(rows.join(''), Number) };
}

const shapes: [string, LabelImage][] = [
  ['one pixel', drawn('1')],
  ['one pixel at each corner of the image', drawn('1002', '0000', '3004')],
  ['a hole', drawn('111', '101', '111')],
  ['a cell in the hole of another', drawn('11111', '10001', '10201', '10001', '11111')],
  ['a hole that meets the outside at a corner', drawn('011', '101', '111')],
  ['two holes that meet at a corner', drawn('1111', '1011', '1101', '1111')],
  ['pixels that touch at a corner only', drawn('1010', '0101', '1010')],
  ['two cells that cross at a corner', drawn('12', '21')],
  ['a line one pixel wide, around the border', drawn('1111', '1001', '1001', '1111')],
  ['a piece in a hole of its own cell', drawn('11111', '10001', '10101', '10001', '11111')],
  ['all cell', drawn('11', '11')],
  ['no cell', drawn('00', '00')],
  ['cells of every kind', exampleLabels()],
];

describe.each(Object.entries(pixelFormats))(
  '%s, read by its readers’ rule, has the very pixels',
  (_, read) => {
    test.each(shapes)('of %s', async (__, labels) => {
      expect(await comparePixels(labels, read)).toMatchObject({ wrongCells: 0, wrongPixels: 0 });
    });

    test('of speckle, whose cells have pieces, holes and corners everywhere', async () => {
      const random = new SeededRandom(5, 'speckle');
      for (let round = 0; round < 30; round++) {
        const [height, width] = [
          2 + Math.floor(random.uniform() * 14),
          2 + Math.floor(random.uniform() * 14),
        ];
        const data = Int32Array.from({ length: height * width }, () => Math.floor(random.uniform() * 4));
        const { wrongPixels } = await comparePixels({ height, width, data }, read);
        expect(wrongPixels).toBe(0);
      }
    });

    test.skipIf(!hasSharedData)('of hand-drawn cells', async () => {
      const path = sharedData('hela-phase/HeLa_1_label.tif');
      const found = await comparePixels(labelImageOf(await readLabelFile(path)), read);
      expect(found).toMatchObject({ wrongCells: 0, wrongPixels: 0 });
      expect(found.cells).toBeGreaterThan(100);
    });
  },
);
