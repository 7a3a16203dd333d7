import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { LacssError } from '../../contract/errors.ts';
import type { RequestsOf } from '../../contract/requests.ts';
import type { ProjectView } from '../../contract/requests/project.ts';
import { createProject } from '../../project/create-project.ts';
import type { Handlers } from '../call.ts';
import { readDisplay, writeDisplay } from '../display-file.ts';
import type { HostServices } from '../host-services.ts';
import type { HeldProject } from '../open-projects.ts';
import { openSample } from '../open-sample.ts';
import { sampleFolder } from '../sample-folder.ts';

type Names = Extract<RequestsOf<'host'>, `project.${string}` | 'display.save'>;

/** Requests that open projects and say what is in them. */
export function projectHandlers(host: HostServices): Handlers<Names> {
  return {
    'project.create': async ({ parent, name }) => {
      const folder = join(parent, folderName(name));
      const project = await createProject(folder, 'LACSS Studio', name);
      await project.close();
      host.grants.grant(folder);
      return open(folder);
    },
    'project.open': ({ folder }) => open(folder),
    'project.openSample': async (_, call) => open(await openSample(host, call)),
    'project.initial': async (_, call) => {
      const { projectFolder, dataFolder } = host.options;
      if (projectFolder === undefined) return null;
      return open(projectFolder === sampleFolder(dataFolder) ? await openSample(host, call) : projectFolder);
    },
    'project.read': ({ project }) => view(host.projects.get(project)),
    'project.rename': async ({ project, name }) => {
      const held = host.projects.get(project);
      await host.imaging.run('project.rename', { ...held.scope, name });
      await host.store.remember(held.scope.folder, name);
      host.tellProjectChanged(held);
      return view(held);
    },
    'display.save': async ({ project, display }) => {
      await writeDisplay(host.projects.get(project).project, display);
      return null;
    },
  };

  async function open(folder: string): Promise<ProjectView> {
    const held = await host.projects.open(folder);
    host.grants.grant(held.scope.folder);
    const opened = await view(held);
    await host.store.remember(held.scope.folder, opened.name);
    return opened;
  }

  async function view(held: HeldProject): Promise<ProjectView> {
    // The revision is taken first: a change that comes in meanwhile is then told once more, not missed.
    const { id, revision, notices, scope, project } = held;
    const description = await host.imaging.run('describe', scope, { onCrash: 'again' });
    return {
      ...description,
      id,
      revision,
      notices,
      folder: scope.folder,
      sample: scope.folder === (await realpath(sampleFolder(host.options.dataFolder)).catch(() => null)),
      display: await readDisplay(project),
    };
  }
}

/** A project's name as a folder's: what no file system takes becomes a space. */
function folderName(name: string): string {
  const plain = Array.from(name, (letter) => (letter < ' ' || '<>:"/\\|?*'.includes(letter) ? ' ' : letter))
    .join('')
    .replace(/[. ]+$/, '')
    .trim();
  if (plain !== '' && !plain.startsWith('.')) return plain;
  throw new LacssError('setting-invalid', `${name} can't be the name of a folder.`, {
    remedy: 'Choose a name with a letter or a digit in it.',
  });
}
