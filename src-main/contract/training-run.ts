import { presetNames } from './choices.ts';
import { z } from 'zod';
import { networkVariantSchema } from './network-variant.ts';
import { shownName } from './visible-text.ts';
import { teachingRunSchema } from './teaching.ts';
import { trainingSettingsSchema } from './training.ts';

/** `models/<model>/training.json`: the inputs of a training run, needed to resume it. */
export const trainingRunSchema = z.strictObject({
  name: shownName.pipe(z.string().min(1)),
  startedAt: z.iso.datetime(),
  preset: z.enum(presetNames),
  /** What differs from the preset; absent: nothing. */
  variant: networkVariantSchema.optional(),
  /** The channels the model uses, in its order. */
  channels: z.array(z.enum(['cells', 'nuclei'])).min(1),
  /** Ids of the images. */
  training: z.array(z.string()).min(1),
  validation: z.array(z.string()),
  useLabels: z.boolean(),
  /** Share of each training image that is left out, to calibrate the scores on it. Absent: nothing. */
  stripShare: z.number().gt(0).lt(1).optional(),
  /** Name of the model it started from; `null`: from random weights. */
  startedFrom: z.string().nullable(),
  settings: trainingSettingsSchema,
  /** For a model that is taught corrections; absent for a training. */
  teaching: teachingRunSchema.optional(),
});
export type TrainingRun = z.infer<typeof trainingRunSchema>;
