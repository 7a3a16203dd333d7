import type { ProjectManifest } from '../../contract/project-files.ts';
import type { Project } from '../../project/project.ts';

type Settings = ProjectManifest['settings'];

/**
 * Saves one group of a project's settings, such as those of the foreground.
 * @throws LacssError `file-unwritable`, `disk-full`
 */
export async function saveSettings<Group extends keyof Settings>(
  project: Project,
  group: Group,
  settings: Settings[Group],
): Promise<void> {
  await project.update((manifest) => withSettings(manifest, group, settings));
}

/** A manifest with one changed group of settings. For changes that are written together with it. */
export function withSettings<Group extends keyof Settings>(
  manifest: ProjectManifest,
  group: Group,
  settings: Settings[Group],
): ProjectManifest {
  return { ...manifest, settings: { ...manifest.settings, [group]: settings } };
}
