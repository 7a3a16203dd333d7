import type { PredictionRecord } from '../../contract/project-files.ts';

/** The inputs of a prediction. The same inputs give the same prediction. */
export interface PredictionInputs {
  image: { files: readonly { sha256: string }[] };
  weightsSha256: string;
  parameters: PredictionRecord['parameters'];
}

/** Whether a kept prediction is of the same image, weights and settings. */
export function isSameWork(
  record: Pick<PredictionRecord, 'imageSha256' | 'weightsSha256' | 'parameters'>,
  wanted: PredictionInputs,
): boolean {
  return (
    record.weightsSha256 === wanted.weightsSha256 &&
    record.imageSha256.join() === wanted.image.files.map(({ sha256 }) => sha256).join() &&
    JSON.stringify(sorted(record.parameters)) === JSON.stringify(sorted(wanted.parameters))
  );
}

function sorted(parameters: PredictionRecord['parameters']): [string, unknown][] {
  return Object.entries(parameters).sort(([a], [b]) => a.localeCompare(b));
}
