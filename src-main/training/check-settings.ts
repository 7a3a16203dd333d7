import { LacssError } from '../contract/errors.ts';
import { trainingSettingsSchema, type TrainingSettings } from '../contract/training.ts';

/**
 * Validates settings and adds defaults for those missing in older files.
 * @throws LacssError `setting-invalid` naming the first wrong setting, or if neither steps nor minutes are
 *   limited
 */
export function checkSettings(settings: TrainingSettings): TrainingSettings {
  const parsed = trainingSettingsSchema.safeParse(settings);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new LacssError('setting-invalid', `Training setting ${issue?.path.join('.')}: ${issue?.message}.`);
  }
  if (parsed.data.steps === null && parsed.data.minutes === null) {
    throw new LacssError('setting-invalid', 'Training needs a limit.', {
      remedy: 'Set a number of steps or of minutes.',
    });
  }
  return parsed.data;
}
