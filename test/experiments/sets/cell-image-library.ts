import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FloatPlane } from '../../../src-main/contract/pixels.ts';
import { readLabelFile } from '../../../src-main/project/read-label-image.ts';
import { readImage } from '../../fixtures/read-image.ts';
import { writePair } from './write-pair.ts';

/**
 * How many images of the Cell Image Library (CCDB:6843) each folder of the Cellpose images begins with. The
 * paper trains on 89 and judges on 11. Images after them are of other cells.
 */
export const cellImageLibraryCounts = { train: 89, test: 11 } as const;

/** The channel of the cytoplasm in the RGB files. Red shows the nuclei. */
const green = 1;

/**
 * Prepares the images of the Cell Image Library for an experiment, from the folder layout of the Cellpose
 * images: `train/000_img.png`, `train/000_masks.png`, and the same in `test`. Gray files are taken as they
 * are.
 *
 * @param from has the folders `train` and `test`
 * @param to gets the folders `train` and `test`
 * @returns the number of images per part. Numbers that are absent are left out
 */
export async function prepareCellImageLibrary(
  from: string,
  to: string,
): Promise<Record<'train' | 'test', number>> {
  const counts = { train: 0, test: 0 };
  for (const part of ['train', 'test'] as const) {
    for (let number = 0; number < cellImageLibraryCounts[part]; number++) {
      const name = String(number).padStart(3, '0');
      const path = join(from, part, `${name}_img.png`);
      if (!existsSync(path)) continue;
      const { height, width, planes } = await readImage(readFileSync(path), path);
      const cells = planes[green] ?? planes[0]!;
      const plane: FloatPlane = { height, width, data: Float32Array.from(cells) };
      // Names of both parts would be the same.
      const labels = await readLabelFile(join(from, part, `${name}_masks.png`));
      writePair(join(to, part), `${part}_${name}`, plane, labels);
      counts[part]++;
    }
  }
  return counts;
}
