import type { JobControl } from '../src-main/contract/job.ts';
import type { Calibration } from '../src-main/contract/model-card.ts';
import type { SampleSettings } from '../src-main/sample/sample-settings.ts';
import { colonyRaster } from '../src-main/sample/colony-raster.ts';
import { generateColonyImage } from '../src-main/sample/generate-colony-image.ts';
import type { StoredModel } from '../src-main/project/model-file.ts';
import { withModel } from '../src-main/tasks/models/with-model.ts';
import { asExampleSource } from '../src-main/training/example-source.ts';
import { measureCalibration } from '../src-main/training/measure-calibration.ts';
import { defaultSampleSettings } from '../src-main/sample/sample-settings.ts';

/**
 * No training of the included model uses these seeds: the seeds of experiments start at 1000 times their own.
 */
const firstSeed = 900_001;

/**
 * Calibrates the scores of a one-channel model on generated fields that it has not learned.
 *
 * @param fields number of fields; 8 hold about 1300 cells
 * @throws LacssError `engine-unavailable`, `model-invalid`, `cancelled`
 * @throws RangeError if the fields hold too few cells
 */
export async function calibrateShipped(
  stored: StoredModel,
  control: JobControl,
  { fields = 8, settings = defaultSampleSettings }: { fields?: number; settings?: SampleSettings } = {},
): Promise<Calibration> {
  const examples = Array.from({ length: fields }, (_, k) => {
    const field = generateColonyImage(firstSeed + k, settings);
    const { height, width, planes } = colonyRaster(field);
    return asExampleSource({
      name: `field ${k + 1}`,
      planes: [{ height, width, data: Float32Array.from(planes[0]!) }],
      supervision: { kind: 'full', labels: field.labels },
      pixelSizeUm: field.pixelSizeUm,
    });
  });
  const { cellSize } = stored.card.preprocessing;
  const calibration = await withModel(stored, 'onnx', ({ model }) =>
    measureCalibration(model, { measuredOn: 'generated-images', examples, strip: null }, cellSize, control),
  );
  if (calibration === null) throw new RangeError(`${fields} fields hold too few cells for a calibration`);
  return calibration;
}
