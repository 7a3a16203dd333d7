import { LacssError } from '../contract/errors.ts';
import type { JobControl } from '../contract/job.ts';
import { noAugmentation, type CellSize, type ValidationReport } from '../contract/training.ts';
import { networkOf } from '../inference/network-of.ts';
import { segmentImage } from '../inference/segment-image.ts';
import { atThreshold, averagePrecision } from '../metrics/average-precision.ts';
import { matchInstances, type InstanceMatches } from '../metrics/match-instances.ts';
import type { LacssModel } from '../model/create-model.ts';
import { SeededRandom } from '../model/seeded-random.ts';
import { withDividedForeground, type DividingControl } from './divided-foreground.ts';
import { exampleScale } from './example-scale.ts';
import { drawCrop, type CropOptions } from './draw-crop.ts';
import { prepareExample } from './prepare-example.ts';
import type { TrainStep } from './train-step.ts';
import type { ExampleSource } from './example-source.ts';

/** Number of fixed crops per image on which a loss is measured. */
const CROPS_PER_IMAGE = 4;

export interface ValidationOptions {
  cellSize: CellSize;
  crops: CropOptions;
  /** Determines the positions of the fixed crops. */
  seed: number;
  /**
   * Control of the partition of a foreground, by image name; null until training learns one mask per cell.
   */
  dividing: ((name: string) => DividingControl) | null;
  control: JobControl;
}

/**
 * Score of the model on validation images: AP at IoU 0.5 over the images with outlined cells. Without such
 * images, minus the current training loss on fixed crops. Higher is better in both cases.
 *
 * @returns `null` if only points are known: then the loss depends on the foreground that the model predicts
 *   itself, and ranks no models
 * @throws LacssError `cancelled`
 */
export async function validateModel(
  model: LacssModel,
  step: TrainStep,
  examples: readonly ExampleSource[],
  { cellSize, crops, seed, dividing, control }: ValidationOptions,
): Promise<ValidationReport | null> {
  const outlined = examples.filter(({ kind }) => kind === 'full');
  const scaleOf = (example: ExampleSource): number =>
    exampleScale(example, cellSize, model.preset.cellDiameterPx);
  if (outlined.length > 0) return measurePrecision(model, outlined, scaleOf, control);

  const plain: CropOptions = { ...crops, augmentation: noAugmentation };
  const withForeground = examples.filter(({ kind }) => kind !== 'points');
  if (withForeground.length === 0) return null;
  let sum = 0;
  for (const [i, example] of withForeground.entries()) {
    const learnt = dividing
      ? await withDividedForeground(example, dividing(example.name))
      : await example.read();
    const prepared = prepareExample(learnt, model.inputChannels, scaleOf(example));
    for (let k = 0; k < CROPS_PER_IMAGE; k++) {
      if (control.signal.aborted) throw new LacssError('cancelled', 'Training was stopped.');
      const crop = drawCrop(prepared, plain, new SeededRandom(seed, 'validation', i, k));
      sum += (await step.measure(crop)).total;
    }
  }
  const loss = sum / (withForeground.length * CROPS_PER_IMAGE);
  return { measure: dividing ? 'loss' : 'weak-loss', score: -loss, figures: { loss } };
}

async function measurePrecision(
  model: LacssModel,
  examples: readonly ExampleSource[],
  scaleOf: (example: ExampleSource) => number,
  { signal }: JobControl,
): Promise<ValidationReport> {
  const matches: InstanceMatches[] = [];
  for (const source of examples) {
    const { planes, supervision } = await source.read();
    if (supervision.kind !== 'full') continue;
    const { labels, scores } = await segmentImage(networkOf(model.inference), planes, {
      scale: scaleOf(source),
      // The progress of the training run matters more than that of one image.
      control: { signal, onProgress: () => undefined },
    });
    matches.push(matchInstances(labels, scores, supervision.labels));
  }
  const report = averagePrecision(matches);
  const at = (threshold: number): number => finite(atThreshold(report, report.averagePrecision, threshold));
  return {
    measure: 'AP50',
    score: at(0.5),
    figures: {
      AP50: at(0.5),
      AP75: at(0.75),
      mAP: finite(report.meanAveragePrecision),
      FNR50: finite(atThreshold(report, report.falseNegativeRate, 0.5)),
    },
  };
}

/** A ratio without a denominator (nothing found, nothing to find) is 0. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
