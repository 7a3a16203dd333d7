import { LacssError } from '../contract/errors.ts';
import { trainingSettingsSchema, type TrainingSettings } from '../contract/training.ts';

/**
 * The settings with what an older file leaves out filled in.
 * @throws LacssError `setting-invalid` naming the first setting that is wrong, or where neither steps nor minutes end it
 */
export function checkSettings(settings: TrainingSettings): TrainingSettings {
  const parsed = trainingSettingsSchema.safeParse(settings);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new LacssError('setting-invalid', `Training setting ${issue?.path.join('.')}: ${issue?.message}.`);
  }
  if (parsed.data.steps === null && parsed.data.minutes === null) {
    throw new LacssError('setting-invalid', 'A training needs an end.', {
      remedy: 'Set a number of steps or of minutes.',
    });
  }
  return parsed.data;
}
