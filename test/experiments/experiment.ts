import { z } from 'zod';
import { foregroundSettingsSchema, locationSettingsSchema } from '../../src-main/contract/project.ts';
import { defaultSettings } from '../../src-main/project/default-settings.ts';

/** What `test/experiments/NAME.json` holds. */
export const experimentSchema = z.strictObject({
  title: z.string(),
  /** A folder of `../shared/data`; its label images are truth. */
  data: z.string(),
  /** Further folders with images to train on, of which no label is read. */
  unlabelledData: z.array(z.string()).default([]),
  train: z.array(z.string()).min(1),
  validation: z.array(z.string()),
  test: z.array(z.string()).min(1),
  /** What training is given: made by machine, read off the truth, or the truth itself. */
  foreground: z.enum(['candidates', 'union-of-labels', 'none']),
  locations: z.enum(['difference-of-gaussians', 'centres-of-labels', 'none']),
  labels: z.boolean(),
  settings: z.strictObject({
    foreground: foregroundSettingsSchema.default(defaultSettings.foreground),
    locations: locationSettingsSchema.default(defaultSettings.locations),
  }),
  training: z.strictObject({
    preset: z.enum(['tiny', 'small', 'paper']),
    steps: z.int().positive(),
    seed: z.int(),
    /** What differs from the usual settings. */
    settings: z.record(z.string(), z.json()).default({}),
  }),
});
export type Experiment = z.infer<typeof experimentSchema>;
