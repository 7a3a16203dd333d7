import { LacssError } from '../contract/errors.ts';
import type { LabelImage } from '../contract/pixels.ts';
import { readImage } from '../imaging/read-image.ts';

/**
 * Reads a label image from the bytes of a TIFF or PNG: whole numbers, 0 for background, one number an instance.
 * @throws LacssError `annotation-invalid` for several planes, negative or broken numbers; what readImage throws
 */
export async function readLabelImage(bytes: Uint8Array, fileName: string): Promise<LabelImage> {
  const { height, width, planes } = await readImage(bytes, fileName);
  if (planes.length !== 1) {
    throw notLabels(fileName, `it has ${planes.length} planes`);
  }
  const [plane] = planes;
  for (const value of plane) {
    if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff) {
      throw notLabels(fileName, `it holds ${value}`);
    }
  }
  return { height, width, data: Int32Array.from(plane) };
}

function notLabels(fileName: string, reason: string): LacssError {
  return new LacssError('annotation-invalid', `${fileName} is not a label image: ${reason}.`, {
    subject: fileName,
    remedy: 'Give one plane of whole numbers, 0 for background and one number for every cell.',
  });
}
