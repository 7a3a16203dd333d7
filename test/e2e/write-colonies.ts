import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generateColonyImage } from '../../src-main/sample/generate-colony-image.ts';
import { defaultSampleSettings } from '../../src-main/sample/sample-settings.ts';
import { labelTiff } from '../../src-main/export/label-tiff.ts';
import { writeTiff } from '../../src-main/imaging/tiff/write-tiff.ts';

/**
 * Writes small two-channel TIFFs with cells, as a microscope would, `colony-1.tif` …, and the true cells of each into a folder
 * beside it, `truth/colony-1.tif` …
 */
export async function writeColonies(folder: string, count: number, sidePx = 192): Promise<void> {
  const truth = join(dirname(folder), 'truth');
  for (const path of [folder, truth]) await mkdir(path, { recursive: true });
  for (let i = 0; i < count; i++) {
    const { height, width, membrane, nuclei, labels, pixelSizeUm } = generateColonyImage(700 + i, {
      ...defaultSampleSettings,
      heightPx: sidePx,
      widthPx: sidePx,
    });
    const bytes = writeTiff(
      {
        height,
        width,
        dtype: 'uint16',
        sizes: { t: 1, z: 1, c: 2 },
        planes: [membrane, nuclei],
        channelNames: ['Membrane', 'DAPI'],
        pixelSizeUm: { y: pixelSizeUm, x: pixelSizeUm },
      },
      { description: 'ome' },
    );
    await writeFile(join(folder, `colony-${i + 1}.tif`), bytes);
    await writeFile(join(truth, `colony-${i + 1}.tif`), labelTiff(labels));
  }
}
