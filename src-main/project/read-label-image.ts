import { float64At, itemAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { LabelImage, LabelRuns } from '../contract/pixels.ts';
import { readLabelRuns } from '../imaging/label/read-label-runs.ts';
import { relabel } from '../imaging/label/relabel.ts';
import { openImage } from '../imaging/open-image.ts';
import { readImage } from '../imaging/read-image.ts';
import { fileBytes } from './file-bytes.ts';

/** A label image without gaps, and the numbers that its file has. */
export interface NumberedLabels {
  /** Instances 1 … n, in the order of their numbers. */
  labels: LabelImage;
  /** Entry i is the number of instance i + 1 in the file. */
  numbers: Float64Array;
}

/** The largest number that every table by label can have an entry for. */
const largestPlain = 0xfffff;

/**
 * Reads a label image from the bytes of a TIFF or PNG: whole numbers, 0 for background, one number per
 * instance. Numbers above both 1,048,575 and the number of pixels are replaced by 1 … n, in their order.
 * @throws LacssError `annotation-invalid` for several planes, negative or broken numbers; what readImage
 * throws
 */
export async function readLabelImage(bytes: Uint8Array, fileName: string): Promise<LabelImage> {
  const { labels, numbers } = await readNumberedLabels(bytes, fileName);
  const largest = numbers.at(-1) ?? 0;
  if (largest > Math.max(largestPlain, labels.data.length)) return labels;
  return withNumbers(labels, numbers);
}

/**
 * Reads a label image whose numbers a table refers to. Numbers up to 2³² − 1 and beyond are kept apart from
 * the pixels.
 * @throws LacssError as readLabelImage
 */
export async function readNumberedLabels(bytes: Uint8Array, fileName: string): Promise<NumberedLabels> {
  const { height, width, planes } = await readImage(bytes, fileName);
  const [plane] = planes;
  if (plane === undefined || planes.length !== 1) {
    throw notLabels(fileName, `it has ${planes.length} planes`);
  }
  for (const value of plane) {
    if (!Number.isSafeInteger(value) || value < 0)
      throw notLabels(fileName, `it contains the value ${value}`);
  }
  const { labels, oldLabels } = relabel({ height, width, data: plane });
  return { labels, numbers: oldLabels.subarray(1) };
}

/** The label image with the numbers of its file, which must be below 2³¹. */
function withNumbers(labels: LabelImage, numbers: Float64Array): LabelImage {
  if (numbers.every((number, i) => number === i + 1)) return labels;
  return { ...labels, data: labels.data.map((label) => (label === 0 ? 0 : float64At(numbers, label - 1))) };
}

/**
 * Reads a label image from its file in bands, as runs. Numbers must be below 2³¹.
 * @throws LacssError as readLabelImage, and what opening a file throws
 */
export async function readLabelFile(path: string): Promise<LabelRuns> {
  const sources = await openImage(await fileBytes(path), path);
  return readLabelRuns(itemAt(sources, 0), (reason) => notLabels(path, reason));
}

function notLabels(fileName: string, reason: string): LacssError {
  return new LacssError('annotation-invalid', `${fileName} is not a label image: ${reason}.`, {
    subject: fileName,
    remedy: 'Use one plane of whole numbers: 0 for background, one number per cell.',
  });
}
