import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { presetNames } from '../../src-main/contract/choices.ts';
import {
  defaultTrainingSettings,
  trainingSettingsSchema,
  type TrainingSettings,
} from '../../src-main/contract/training.ts';

const recipeSchema = z.strictObject({
  preset: z.enum(presetNames),
  /** Steps per round. The learning rate falls within a round, so that each round ends with a usable model. */
  roundSteps: z.int().positive(),
  /** Examples per round of a look with weight 1. */
  slotsPerLook: z.int().positive(),
  /** Height and width of generated images. */
  generatedPx: z.int().min(64),
  /** Largest height and width of a real image, after its cells have the training size. */
  windowPx: z.int().min(64),
  /** Weight of each look. Looks of real images are those of `data-use.json`. */
  looks: z.record(z.string(), z.number().positive()),
  /** What differs from the usual training settings. */
  settings: trainingSettingsSchema.partial(),
});
export type Recipe = z.infer<typeof recipeSchema>;

/** How the base model is taught: `build/base/recipe.json`. */
export function readRecipe(): Recipe {
  return recipeSchema.parse(JSON.parse(readFileSync(new URL('recipe.json', import.meta.url), 'utf8')));
}

/** The settings of a round: rounds differ in their seed. */
export function roundSettings({ roundSteps, settings }: Recipe, round: number): TrainingSettings {
  return trainingSettingsSchema.parse({
    ...defaultTrainingSettings,
    ...settings,
    steps: roundSteps,
    seed: round,
  });
}
