import { rmdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { projectSchemaVersion } from '../contract/project-files.ts';
import type { ProjectManifest } from '../contract/project-files.ts';
import { defaultSettings } from './default-settings.ts';
import { manifestName } from './manifest-name.ts';
import type { Project } from './project.ts';
import { openProject } from './open-project.ts';
import { jsonText } from './read-json.ts';
import { writeFileAtomically } from './write-file-atomically.ts';
import { pathExists } from './path-exists.ts';

/**
 * Creates an empty project and opens it. The folder may contain other files, but no project.
 * @param name the name of the project. @default the folder's name
 * @param purpose shown to other programs that find it in use
 * @throws LacssError `project-exists`, `file-unwritable`, `disk-full`
 */
export async function createProject(folder: string, purpose: string, name?: string): Promise<Project> {
  if (folder.trim() === '') {
    throw new LacssError('setting-invalid', 'The folder of the new project has no name.', {
      remedy: 'Give a folder. A dot means the current folder.',
    });
  }
  const path = join(resolve(folder), manifestName);
  if (await pathExists(path)) {
    throw new LacssError('project-exists', `There is already a project in ${resolve(folder)}.`, {
      subject: path,
      remedy: 'Open that project, or choose another folder.',
    });
  }
  const manifest: ProjectManifest = {
    format: 'lacss-project',
    schemaVersion: projectSchemaVersion,
    name: name ?? (basename(resolve(folder)) || 'project'),
    createdAt: new Date().toISOString(),
    settings: defaultSettings,
    images: [],
  };
  try {
    await writeFileAtomically(path, jsonText(manifest));
  } catch (error) {
    // Removes the new folder again if it is empty.
    await rmdir(folder).catch(() => undefined);
    throw error;
  }
  return openProject(folder, { purpose });
}
