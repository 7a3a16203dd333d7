import type { MethodName } from './choices.ts';
import { z } from 'zod';
import { countSchema, durationMsSchema, magnitudeSchema, realSchema } from './numbers.ts';

/** Strength of the augmentation. With every value 0 or false there is none. */
const augmentationSettingsSchema = z.strictObject({
  /** Smallest and largest enlargement. */
  zoom: z.tuple([z.number().min(0.05).max(20), z.number().min(0.05).max(20)]),
  /** Mirror at random along either axis, and swap the axes. */
  flips: z.boolean(),
  /** Contrast curve: intensities in [0, 1] to the power e^±gamma. */
  gamma: z.number().min(0).max(2),
  /** Focus: largest σ in rescaled px of a blur, or of the unsharp mask that undoes one. */
  focusSigmaPx: z.number().min(0).max(5),
  /** Share of the crops whose focus is changed. */
  focusChance: z.number().min(0).max(1),
  /** Local contrast: amplitude of a smooth field e^±shading that multiplies the crop. */
  shading: z.number().min(0).max(2),
  /** Largest σ of added noise, in standard deviations of the image. */
  noise: z.number().min(0).max(2),
});
export type AugmentationSettings = z.infer<typeof augmentationSettingsSchema>;

/** Crops as they are in the image. */
export const noAugmentation: AugmentationSettings = {
  zoom: [1, 1],
  flips: false,
  gamma: 0,
  focusSigmaPx: 0,
  focusChance: 0,
  shading: 0,
  noise: 0,
};

/** All settings of a training, except its images and the model it starts from. */
export const trainingSettingsSchema = z.strictObject({
  /** Seed of sampling, augmentation and, for a new model, the initial weights. */
  seed: z.int().min(0).max(0xffffffff),
  /** Stop after this many steps; also the length of the learning-rate schedule. `null`: no limit. */
  steps: z.int().positive().max(1e9).nullable(),
  /**
   * Stop after this many minutes. The schedule then follows the clock; a resumed run differs in the last
   * digits.
   */
  minutes: z.number().positive().max(100_000).nullable(),
  /** Steps from one validation to the next. */
  stepsPerEpoch: z.int().positive().max(1e7),
  /** Width of the square crop per step, in rescaled px; rounded down to a size that the network can halve. */
  cropPx: z.int().min(32).max(2048),
  /** Mean diameter of a cell in px of the images; `null`: from the annotations. */
  cellDiameterPx: z.number().positive().max(10_000).nullable(),
  learningRate: z.number().positive().max(10),
  /** Decoupled weight decay (not of gains, offsets and biases) per unit of learning rate. */
  weightDecay: z.number().min(0).max(10),
  warmupSteps: z.int().min(0).max(1e7),
  /** Final learning rate as a share of `learningRate`. */
  finalLearningRateShare: z.number().min(0).max(1),
  /** Gradients longer than this are shortened to it. */
  clipNorm: z.number().positive().max(1e6),
  /** A location is replaced by the best proposal nearest to it, within this radius in rescaled px. */
  proposalRadiusPx: z.number().min(0).max(10_000),
  lossWeights: z.strictObject({
    detection: z.number().min(0).max(1e6),
    location: z.number().min(0).max(1e6),
    instance: z.number().min(0).max(1e6),
    size: z.number().min(0).max(1e6),
    /** 0 trains without auxnet. */
    edge: z.number().min(0).max(1e6),
  }),
  augmentation: augmentationSettingsSchema,
  /**
   * Share of the training after which weakly annotated images get one mask per cell. For this, the foreground
   * is divided among the locations, along the borders in the image. 1: the weak loss to the end.
   */
  partitionAfter: z.number().min(0).max(1).default(1),
});
export type TrainingSettings = z.infer<typeof trainingSettingsSchema>;

/** Trains `small` on phase-contrast images in about five minutes on two cores. */
export const defaultTrainingSettings: TrainingSettings = {
  seed: 0,
  steps: 1500,
  minutes: null,
  stepsPerEpoch: 150,
  cropPx: 256,
  cellDiameterPx: null,
  learningRate: 2e-3,
  weightDecay: 1e-3,
  warmupSteps: 50,
  finalLearningRateShare: 0.02,
  clipNorm: 5,
  proposalRadiusPx: 16,
  lossWeights: { detection: 1, location: 1, instance: 3, size: 0.01, edge: 1 },
  augmentation: {
    zoom: [0.85, 1.15],
    flips: true,
    gamma: 0.35,
    focusSigmaPx: 0,
    focusChance: 0.5,
    shading: 0,
    noise: 0,
  },
  partitionAfter: 0.15,
};

/**
 * As published (authors' implementation of July 2022). It uses the weak loss to the end, auxnet in every
 * step, and Adam at a constant rate of 1e-3. All terms have a weight of 1, except the size loss with 0.
 */
const publishedTrainingSettings: TrainingSettings = {
  ...defaultTrainingSettings,
  learningRate: 1e-3,
  weightDecay: 0,
  warmupSteps: 0,
  finalLearningRateShare: 1,
  clipNorm: 1e6,
  lossWeights: { detection: 1, location: 1, instance: 1, size: 0, edge: 1 },
  augmentation: { ...defaultTrainingSettings.augmentation, gamma: 0 },
  partitionAfter: 1,
};

/** The usual settings of a method. */
export function usualTrainingSettings(method: MethodName): TrainingSettings {
  return method === 'published' ? publishedTrainingSettings : defaultTrainingSettings;
}

/** The loss terms of one step, unweighted; `null` if the example has no such term. */
const lossTermsSchema = z.strictObject({
  detection: realSchema,
  location: realSchema,
  instance: realSchema,
  size: realSchema.nullable(),
  edge: realSchema.nullable(),
  /** Of the foreground net; only with points only. */
  foreground: realSchema.optional(),
  /** Weighted sum. */
  total: realSchema,
});
export type LossTerms = z.infer<typeof lossTermsSchema>;
export const lossTermNames = [
  'detection',
  'location',
  'instance',
  'size',
  'edge',
  'foreground',
  'total',
] as const;

/** The report of one training step. */
export const stepReportSchema = z.strictObject({
  /** Steps done, this one included. */
  step: countSchema,
  epoch: countSchema,
  example: z.string(),
  cells: countSchema,
  terms: lossTermsSchema,
  gradientNorm: realSchema,
  learningRate: realSchema,
  /** Mean area of a cell's soft mask, in rescaled px. */
  meanAreaPx: realSchema,
  elapsedMs: durationMsSchema,
});
export type StepReport = z.infer<typeof stepReportSchema>;

/** The result of one validation. */
export const validationReportSchema = z.strictObject({
  /**
   * The measure: AP at IoU 0.5 with label images. Without them the loss of one mask per cell, or the weak
   * loss while foregrounds are not divided yet. Earlier versions wrote `minus-loss` and `minus-weak-loss`.
   */
  measure: z.preprocess(
    (name) => (typeof name === 'string' ? name.replace(/^minus-/, '') : name),
    z.enum(['AP50', 'loss', 'weak-loss']),
  ),
  /** Higher is better: the AP, or minus the loss. Scores compare within one measure. */
  score: realSchema,
  /** Further figures by name. */
  figures: z.record(z.string(), realSchema),
});
export type ValidationReport = z.infer<typeof validationReportSchema>;

/** The report of one epoch, also kept in the model card. */
export const epochReportSchema = z.strictObject({
  epoch: countSchema,
  /** Steps done at its end. */
  step: countSchema,
  /** Means over its steps; a term that no step had is `null`. */
  terms: lossTermsSchema,
  gradientNorm: realSchema,
  meanAreaPx: realSchema,
  learningRate: realSchema,
  /** `null` without validation images. */
  validation: validationReportSchema.nullable(),
  /** Whether its AP50 is the best so far. Earlier versions compared losses too. */
  best: z.boolean(),
  elapsedMs: durationMsSchema,
});
export type EpochReport = z.infer<typeof epochReportSchema>;

/** The cell size of a training, measured or set. */
export const cellSizeSchema = z.strictObject({
  /** Mean diameter in px of the images; if pixel sizes differ, of those with `pixelSizeUm`. */
  diameterPx: magnitudeSchema,
  /** Whether a person set it. */
  overridden: z.boolean(),
  /** Pixel size that `diameterPx` refers to; `null` if the images have none. */
  pixelSizeUm: magnitudeSchema.nullable(),
});
export type CellSize = z.infer<typeof cellSizeSchema>;

/** How a training ended. */
export interface TrainingResult {
  /** All steps, including those before a resume. */
  steps: number;
  stoppedBy: 'steps' | 'minutes';
  epochs: EpochReport[];
  /** The epoch of the model's weights: the one with the best AP50, otherwise the last. */
  chosenEpoch: number;
  cellSize: CellSize;
  elapsedMs: number;
}
