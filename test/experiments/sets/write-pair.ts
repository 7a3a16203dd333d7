import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CellLabels, FloatPlane } from '../../../src-main/contract/pixels.ts';
import { labelTiff } from '../../../src-main/formats/label-tiff.ts';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';

/** The folders of a prepared set. */
export const parts = ['train', 'validation', 'test'] as const;
export type Part = (typeof parts)[number];

/** Writes an image of 8 bits and its true cells: `NAME_image.tif` and `NAME_label.tif`. */
export function writePair(folder: string, name: string, plane: FloatPlane, labels: CellLabels): void {
  const { height, width, data } = plane;
  mkdirSync(folder, { recursive: true });
  const values = Uint8Array.from(data, (value) => Math.min(255, Math.max(0, Math.round(value))));
  const raster = writeTiff({
    height,
    width,
    dtype: 'uint8',
    sizes: { t: 1, z: 1, c: 1 },
    planes: [values],
    channelNames: ['cells'],
    pixelSizeUm: null,
  });
  writeFileSync(join(folder, `${name}_image.tif`), raster);
  writeFileSync(join(folder, `${name}_label.tif`), labelTiff(labels));
}
