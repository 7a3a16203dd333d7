import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { labelTiff } from '../../formats/label-tiff.ts';
import type { JobControl } from '../../contract/job.ts';
import { writeTiff } from '../../imaging/tiff/write-tiff.ts';
import { writeFileAtomically } from '../../project/write-file-atomically.ts';
import { colonyRaster } from '../../sample/colony-raster.ts';
import { generateColonyImage } from '../../sample/generate-colony-image.ts';
import { forEachItem } from '../for-each-item.ts';

/** A field of colonies to generate: its image, and its true cells, kept apart. */
export interface ColonyField {
  seed: number;
  imagePath: string;
  /** `null`: the true cells are not written. */
  truthPath: string | null;
}

/** One field of the demo. */
export interface DemoField extends ColonyField {
  name: string;
  truthPath: string;
}

/**
 * The fields of a demo in a folder. `images/` has the files that a lab would have, `truth/` the true cells.
 */
export function demoFields(folder: string, seed: number, count: number): DemoField[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `colony-${String(index + 1).padStart(2, '0')}`;
    return {
      name,
      // Fields of demos with different seeds never share a seed.
      seed: seed * 1000 + index,
      imagePath: join(folder, 'images', `${name}.ome.tif`),
      truthPath: join(folder, 'truth', `${name}.tif`),
    };
  });
}

/**
 * Generates fields as 16-bit OME-TIFFs of two channels, and their true cells as label images. Existing files
 * stay.
 * @throws LacssError `disk-full`, `file-unwritable`, `cancelled`
 */
export async function generateFields(fields: readonly ColonyField[], control: JobControl): Promise<void> {
  await forEachItem(
    [...fields.entries()],
    control,
    { message: 'Preparing sample images,', nameOf: ([index]) => `${index + 1} of ${fields.length}` },
    async ([, { seed, imagePath, truthPath }]) => {
      if ((await isFile(imagePath)) && (truthPath === null || (await isFile(truthPath)))) return;
      const colony = generateColonyImage(seed);
      const raster = colonyRaster(colony);
      if (truthPath !== null)
        await writeFileAtomically(truthPath, labelTiff(colony.labels, raster.pixelSizeUm));
      await writeFileAtomically(imagePath, writeTiff(raster));
    },
  );
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}
