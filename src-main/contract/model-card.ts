import { presetNames } from './choices.ts';
import { z } from 'zod';
import { networkVariantSchema } from './network-variant.ts';
import {
  countSchema,
  durationMsSchema,
  magnitudeSchema,
  positiveCountSchema,
  realSchema,
} from './numbers.ts';
import { annotationSourceSchema } from './project-files.ts';
import { teachingRecordSchema } from './teaching.ts';
import { cellSizeSchema, epochReportSchema, trainingSettingsSchema } from './training.ts';
import { shownName } from './visible-text.ts';

/**
 * How sure scores are, measured at the end of training. If there are enough cells that the model did not
 * learn from, only they are used.
 */
const calibrationSchema = z.strictObject({
  /** The cells measured: strips are borders of training images that were left out of training. */
  measuredOn: z.enum(['validation-images', 'strips', 'training-images', 'generated-images']),
  /**
   * Which cells count as right. `outlines`: an IoU of 0.5 and more with a true cell. `points`: exactly one
   * point inside, and 70 % of the pixels in the foreground, if the training had one.
   */
  right: z.enum(['outlines', 'points']),
  images: positiveCountSchema,
  /** Number of cells that were found, of those that are right, and of true cells. */
  found: positiveCountSchema,
  foundRight: countSchema,
  truth: positiveCountSchema,
  /**
   * Share of right cells among cells with at least this score and less than the next: rises with the score.
   */
  curve: z.array(z.strictObject({ score: realSchema, share: z.number().min(0).max(1) })).min(1),
  /** The minimum score with the best F1. Cells below are hidden, unless a person accepts them. */
  minScore: z.number().min(0).max(1),
  /** F1 of the cells that are shown at this minimum. */
  f1: z.number().min(0).max(1),
  /** Right cells that are hidden at this minimum. */
  hiddenRight: countSchema,
});
const lookFigureSchema = z.strictObject({
  mean: z.number().min(-1e3).max(1e3),
  deviation: z.number().min(0).max(1e3),
});

/** The look of the training images, as the network sees them. `model/image-look.ts` defines the figures. */
const learnedLookSchema = z.strictObject({
  /** Number of images described. */
  images: z.int().positive().max(1e6),
  /** Mean share of foreground; `null` if no image has one. */
  foregroundShare: z.number().min(0).max(1).nullable(),
  /** In the order of the model's channels. */
  channels: z
    .array(
      z.strictObject({
        contrast: lookFigureSchema,
        skewness: lookFigureSchema,
        fineDetail: lookFigureSchema,
        coarseDetail: lookFigureSchema,
      }),
    )
    .min(1)
    .max(64),
});
export type LearnedLook = z.infer<typeof learnedLookSchema>;

export type Calibration = z.infer<typeof calibrationSchema>;

/** The model card: the model, its input, and its training. JSON beside the weights. */
export const modelCardSchema = z.strictObject({
  format: z.literal('lacss-model'),
  version: z.literal(1),
  name: shownName.pipe(z.string().min(1)),
  /** ISO 8601. */
  createdAt: z.iso.datetime(),
  preset: z.enum(presetNames),
  /** What differs from the preset; absent: nothing. */
  variant: networkVariantSchema.optional(),
  /** Channels the model was trained on, in the order it takes them. */
  inputChannels: z
    .array(z.strictObject({ name: shownName, role: z.enum(['cells', 'nuclei', 'other']) }))
    .min(1),
  preprocessing: z.strictObject({
    /** Each channel is clipped to these percentiles, then brought to mean 0 and variance 1. */
    clipPercentiles: z.strictObject({
      low: z.number().min(0).max(100),
      high: z.number().min(0).max(100),
    }),
    /** Cells of this size are rescaled to `targetDiameterPx`. */
    cellSize: cellSizeSchema,
    targetDiameterPx: magnitudeSchema,
    /**
     * Whether the model was trained on cells of many sizes, all rescaled to one size. Then the cell size in a
     * new image is unknown, and is estimated. Absent in older cards.
     */
    anySize: z.boolean().optional(),
  }),
  weights: z.strictObject({
    parameters: positiveCountSchema,
    byteLength: positiveCountSchema,
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** `null` for a model that was never trained. */
  training: z
    .strictObject({
      settings: trainingSettingsSchema,
      engine: z.string(),
      images: z.array(
        z.strictObject({
          name: shownName,
          sha256: z.string(),
          supervision: z.enum(['weak', 'full', 'reviewed', 'points']),
          /** How its foreground was made. Absent in older cards, and without a foreground. */
          foreground: annotationSourceSchema.optional(),
        }),
      ),
      /** Name of the model it started from; `null`: from random weights. */
      startedFrom: shownName.nullable(),
      steps: countSchema,
      elapsedMs: durationMsSchema,
      chosenEpoch: z
        .int()
        .min(-1)
        .max(2 ** 31),
      epochs: z.array(epochReportSchema),
      /** For a taught model: its parent, the corrections, and their effect. */
      teaching: teachingRecordSchema.optional(),
    })
    .nullable(),
  /** The look of the training images; absent in older cards. */
  look: learnedLookSchema.optional(),
  /** Absent in older cards, and if there were too few cells to measure it. */
  calibration: calibrationSchema.optional(),
  /** Figures measured after training, by name: `AP50 on HeLa_5`. */
  figures: z.record(z.string(), realSchema),
});
export type ModelCard = z.infer<typeof modelCardSchema>;

/** One weight in the binary file: tfjs's weight manifest. */
const weightEntrySchema = z.strictObject({
  name: z.string(),
  shape: z.array(countSchema),
  dtype: z.literal('float32'),
});

/** tfjs's `weightsManifest`: which file holds which weights, one after the other, little-endian. */
export const weightManifestSchema = z.array(
  z.strictObject({ paths: z.array(z.string()), weights: z.array(weightEntrySchema) }),
);
export type WeightManifest = z.infer<typeof weightManifestSchema>;
