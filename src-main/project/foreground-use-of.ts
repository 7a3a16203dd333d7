import type { ForegroundUse } from '../contract/choices.ts';
import type { Project } from './project.ts';

/** How trainings of a project use the foreground, if they do not choose it. */
export function foregroundUseOf({ manifest }: Project): ForegroundUse {
  return manifest.settings.training?.foreground ?? 'picked';
}
