import { itemAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { LabelRuns } from '../contract/pixels.ts';
import { readLabelRuns, withNumbers } from '../imaging/label/read-label-runs.ts';
import type { NumberedRuns } from '../imaging/label/read-label-runs.ts';
import { bytesInMemory } from '../imaging/source/random-access.ts';
import type { RandomAccess } from '../imaging/source/random-access.ts';
import { fileBytes } from './file-bytes.ts';

/** The largest number that every table by label can have an entry for. */
const largestPlain = 0xfffff;

/**
 * Reads a label image from the bytes of a TIFF or PNG: whole numbers, 0 for background, one number per
 * instance. Numbers above both 1,048,575 and the number of pixels are replaced by 1 … n, in their order.
 * @throws LacssError `annotation-invalid` for several planes, negative or broken numbers; what openImage
 * throws
 */
export function readLabelImage(bytes: Uint8Array, fileName: string): Promise<LabelRuns> {
  return readPlain(bytesInMemory(bytes), fileName);
}

/**
 * Reads a label image from its file.
 * @throws LacssError as readLabelImage, and what opening a file throws
 */
export async function readLabelFile(path: string): Promise<LabelRuns> {
  return readPlain(await fileBytes(path), path);
}

/**
 * Reads a label image whose numbers a table refers to. Numbers up to 2³² − 1 and beyond are kept apart from
 * the pixels.
 * @throws LacssError as readLabelFile
 */
export async function readNumberedLabels(path: string): Promise<NumberedRuns> {
  return readNumbered(await fileBytes(path), path);
}

async function readPlain(file: RandomAccess, fileName: string): Promise<LabelRuns> {
  const found = await readNumbered(file, fileName);
  const { height, width } = found.labels;
  const largest = found.numbers.at(-1) ?? 0;
  return largest > Math.max(largestPlain, height * width) ? found.labels : withNumbers(found);
}

async function readNumbered(file: RandomAccess, fileName: string): Promise<NumberedRuns> {
  // Only here: every process opens projects, few read labels, and the others start sooner without it.
  const { openImage } = await import('../imaging/open-image.ts');
  const sources = await openImage(file, fileName);
  return readLabelRuns(itemAt(sources, 0), (reason) => notLabels(fileName, reason));
}

function notLabels(fileName: string, reason: string): LacssError {
  return new LacssError('annotation-invalid', `${fileName} is not a label image: ${reason}.`, {
    subject: fileName,
    remedy: 'Use one plane of whole numbers: 0 for background, one number per cell.',
  });
}
