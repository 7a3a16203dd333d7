import { presetNames } from '../../src-main/contract/choices.ts';
import { z } from 'zod';
import { requireReadable } from '../../build/base/data-use.ts';
import { networkVariantSchema } from '../../src-main/contract/network-variant.ts';
import { segmentSettingsSchema } from '../../src-main/contract/inference.ts';
import { foregroundSettingsSchema, locationSettingsSchema } from '../../src-main/contract/project-files.ts';
import { defaultSettings } from '../../src-main/project/default-settings.ts';

const images = z.array(z.string());

/** What `test/experiments/NAME.json` holds. */
export const experimentSchema = z.strictObject({
  title: z.string(),
  /**
   * A folder below the data folder, whose label images are truth. Or a public set that `prepare-set.ts` has
   * written there, with a folder for each part. Or images to generate; the last of them are test images.
   */
  data: z.union([
    z.string(),
    z.strictObject({ prepared: z.string() }),
    z.strictObject({
      generated: z.literal('colonies'),
      seed: z.int(),
      training: z.int().positive(),
      heldOut: z.int().positive(),
    }),
  ]),
  /** Further folders with training images. Their labels are read like those of `data`. */
  labelledData: z.array(z.string()).default([]),
  /** Further folders with training images. None of their labels is read. */
  unlabelledData: z.array(z.string()).default([]),
  /** Names of images. Of prepared and generated sets, their own division counts. */
  train: images.default([]),
  validation: images.default([]),
  test: images.default([]),
  /**
   * What the training gets: a machine-made annotation, one derived from the truth, or the truth itself.
   * Points are used only if there is neither a foreground nor a label.
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
    /** What differs from the preset's network, and the method. */
    variant: z.exactOptional(networkVariantSchema),
    /** What differs from the usual settings. */
    settings: z.record(z.string(), z.json()).default({}),
  }),
  /** How the trained model runs on the test images, where not by default. */
  segmenting: z.exactOptional(segmentSettingsSchema.pick({ views: true })),
  /** Mean cell diameter in the test images, in px. Absent: the training's, or corrected per image. */
  testDiameterPx: z.exactOptional(z.number().positive()),
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
