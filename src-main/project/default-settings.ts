import { usualLocationSettings } from '../contract/project-files.ts';
import type { ProjectSettings } from '../contract/project-files.ts';

/** The settings of a new project: most values are estimated from the images. */
export const defaultSettings: ProjectSettings = {
  foreground: { feature: 'auto', method: 'graph-cut', presets: null },
  locations: usualLocationSettings,
  review: { minScore: null },
};
