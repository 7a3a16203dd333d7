import { resolve } from 'node:path';
import { LacssError } from '../../contract/errors.ts';
import type { JobControl } from '../../contract/job.ts';
import { exportFiles } from '../../model-export/export-files.ts';
import type { Attribution } from '../../model-export/resource-description.ts';
import type { StoredModel } from '../../project/model-file.ts';
import { withOutput } from '../../project/with-output.ts';
import { throwIfCancelled } from '../for-each-item.ts';
import { withModel } from './with-model.ts';

export interface ExportOnnxParams extends Attribution {
  stored: StoredModel;
  /** A folder. It is created if it is missing. */
  folder: string;
}

export interface ExportOnnxResult {
  model: string;
  folder: string;
  files: string[];
}

/** The form of an SPDX licence identifier. */
const licencePattern = /^[A-Za-z0-9][A-Za-z0-9.+-]*$/;

/**
 * Writes a model for other programs: the network as ONNX, with everything needed to use it.
 * @throws LacssError `setting-invalid` about the licence, `model-invalid`, `engine-unavailable` without the
 *   onnx engine, `file-unwritable`, `disk-full`, `cancelled`
 */
export async function exportOnnx(
  { stored, folder, authors, licence }: ExportOnnxParams,
  { signal, onProgress }: JobControl,
): Promise<ExportOnnxResult> {
  if (licence !== null && !licencePattern.test(licence)) {
    throw new LacssError('setting-invalid', `${licence} is not an SPDX licence identifier.`, {
      subject: licence,
      remedy: 'Take one from https://spdx.org/licenses, for example CC-BY-4.0.',
    });
  }
  onProgress({ done: 0, total: 1, message: 'Writing the network' });
  const files = await withModel(stored, 'onnx', ({ model, card }) =>
    exportFiles(model, card, { authors, licence, at: new Date().toISOString() }),
  );
  throwIfCancelled(signal);
  await withOutput(folder, async (write) => {
    for (const [name, bytes] of files) await write(name, bytes);
  });
  onProgress({ done: 1, total: 1, message: 'Writing the network' });
  return { model: stored.card.name, folder: resolve(folder), files: [...files.keys()] };
}
