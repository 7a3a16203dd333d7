import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { z } from 'zod';
import { countSchema } from '../../contract/numbers.ts';
import type { TrainingPreview } from '../../contract/requests/training-requests.ts';
import { decodeMessage, encodeMessage } from '../../contract/wire.ts';
import { readBytes } from '../../project/read-bytes.ts';
import { writeFileAtomically } from '../../project/write-file-atomically.ts';

const folderName = 'previews';
const extension = '.contours';

const previewSchema = z.strictObject({
  epoch: countSchema,
  image: z.string(),
  contours: z.strictObject({
    points: z.instanceof(Float32Array),
    ringStarts: z.instanceof(Uint32Array),
    ringLabels: z.instanceof(Uint32Array),
  }),
  scores: z.instanceof(Float32Array),
});

/**
 * Saves the outlines in the preview image after an epoch as `previews/EPOCH.contours`. An epoch that is
 * repeated after a crash replaces its file.
 * @returns whether it could be saved. A full disk costs the preview, not the training.
 */
export async function keepPreview(modelFolder: string, preview: TrainingPreview): Promise<boolean> {
  const folder = join(modelFolder, folderName);
  const path = join(folder, `${preview.epoch}${extension}`);
  return writeFileAtomically(path, deflateSync(encodeMessage(preview))).then(
    () => true,
    () => false,
  );
}

/** The epochs of a training that have a preview, ascending. */
export async function listPreviews(modelFolder: string): Promise<number[]> {
  const names = await readdir(join(modelFolder, folderName)).catch((): string[] => []);
  return names
    .map((name) => (name.endsWith(extension) ? Number(name.slice(0, -extension.length)) : Number.NaN))
    .filter((epoch) => Number.isInteger(epoch))
    .sort((a, b) => a - b);
}

/** The preview of an epoch; `null` if it is missing or damaged. */
export async function readPreview(modelFolder: string, epoch: number): Promise<TrainingPreview | null> {
  try {
    const bytes = await readBytes(join(modelFolder, folderName, `${epoch}${extension}`));
    return previewSchema.parse(decodeMessage(inflateSync(bytes, { maxOutputLength: 2 ** 28 })));
  } catch {
    return null;
  }
}
