import type { ForegroundUse } from '../../contract/choices.ts';
import type { Project } from '../../project/project.ts';

/** What trainings of a project do with the foreground, unless they say otherwise. */
export function foregroundUseOf({ manifest }: Project): ForegroundUse {
  return manifest.settings.training?.foreground ?? 'picked';
}
