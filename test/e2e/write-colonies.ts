import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { colonyRaster } from '../../src-main/sample/colony-raster.ts';
import { generateColonyImage } from '../../src-main/sample/generate-colony-image.ts';
import { defaultSampleSettings } from '../../src-main/sample/sample-settings.ts';
import { labelTiff } from '../../src-main/formats/label-tiff.ts';
import { writeTiff } from '../../src-main/imaging/tiff/write-tiff.ts';

/**
 * Writes small two-channel TIFFs with cells, as a microscope would: `colony-1.tif` …. The true cells of each
 * go into a folder beside it: `truth/colony-1.tif` …
 */
export async function writeColonies(folder: string, count: number, sidePx = 192): Promise<void> {
  const truth = join(dirname(folder), 'truth');
  for (const path of [folder, truth]) await mkdir(path, { recursive: true });
  for (let i = 0; i < count; i++) {
    const colony = generateColonyImage(700 + i, {
      ...defaultSampleSettings,
      heightPx: sidePx,
      widthPx: sidePx,
    });
    const bytes = writeTiff(colonyRaster(colony), { description: 'ome' });
    await writeFile(join(folder, `colony-${i + 1}.tif`), bytes);
    await writeFile(join(truth, `colony-${i + 1}.tif`), labelTiff(colony.labels));
  }
}
