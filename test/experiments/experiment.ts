import { presetNames } from '../../src-main/contract/choices.ts';
import { z } from 'zod';
import { requireReadable } from '../../build/base/data-use.ts';
import { segmentSettingsSchema } from '../../src-main/contract/inference.ts';
import { foregroundSettingsSchema, locationSettingsSchema } from '../../src-main/contract/project-files.ts';
import { defaultSettings } from '../../src-main/project/default-settings.ts';

const images = z.array(z.string());

/** What `test/experiments/NAME.json` holds. */
export const experimentSchema = z.strictObject({
  title: z.string(),
  /**
   * A folder of the data's, whose label images are truth; or images to generate, the last of them held out to
   * judge by.
   */
  data: z.union([
    z.string(),
    z.strictObject({
      generated: z.literal('colonies'),
      seed: z.int(),
      training: z.int().positive(),
      heldOut: z.int().positive(),
    }),
  ]),
  /** Further folders with images to train on, whose labels are read as those of `data` are. */
  labelledData: z.array(z.string()).default([]),
  /** Further folders with images to train on, of which no label is read. */
  unlabelledData: z.array(z.string()).default([]),
  /** Names of images; of generated ones all that are not held out. */
  train: images.default([]),
  validation: images.default([]),
  test: images.default([]),
  /**
   * What training is given: made by machine, read off the truth, or the truth itself. Points only if there is
   * neither a foreground nor a label.
   */
  foreground: z.enum(['candidates', 'union-of-labels', 'none']),
  locations: z.enum(['difference-of-gaussians', 'centres-of-labels', 'none']),
  labels: z.boolean(),
  settings: z.strictObject({
    foreground: foregroundSettingsSchema.default(defaultSettings.foreground),
    locations: locationSettingsSchema.default(defaultSettings.locations),
  }),
  training: z.strictObject({
    preset: z.enum(presetNames),
    steps: z.int().positive(),
    seed: z.int(),
    /** As `lacss train --from-model` takes it. */
    startFrom: z.string().nullable().default(null),
    /** What differs from the usual settings. */
    settings: z.record(z.string(), z.json()).default({}),
  }),
  /** How the trained model is used on the test images, where not as usual. */
  segmenting: z.exactOptional(segmentSettingsSchema.pick({ views: true })),
});
export type Experiment = z.infer<typeof experimentSchema>;

/**
 * Refuses an experiment that reads images held out until the final run.
 * @throws Error naming the first such image
 */
export function requireReadableExperiment(experiment: Experiment): void {
  const { data, labelledData, unlabelledData, train, validation, test } = experiment;
  if (typeof data !== 'string') return;
  requireReadable([data, ...labelledData, ...unlabelledData], [...train, ...validation, ...test]);
}
