import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LacssError } from '../../contract/errors.ts';
import type { RequestsOf } from '../../contract/requests.ts';
import type { ProjectView } from '../../contract/requests/project-requests.ts';
import { createProject } from '../../project/create-project.ts';
import { listManifestCopies, restoreProject } from '../../project/manifest-copies.ts';
import { allowSources, outsideSources } from '../../project/image-sources.ts';
import { isWithin } from '../../project/resolve-inside.ts';
import type { Call, Handlers } from '../call.ts';
import { readDisplay, writeDisplay } from '../display-file.ts';
import type { HostServices } from '../host-services.ts';
import type { HeldProject } from '../open-projects.ts';
import { openSample } from '../open-sample.ts';
import { sampleFolder } from '../sample-folder.ts';

type ProjectRequestNames = Extract<RequestsOf<'host'>, `project.${string}` | 'display.save'>;

/** Requests that open, read and close projects. */
export function projectHandlers(host: HostServices): Handlers<ProjectRequestNames> {
  return {
    'project.create': async ({ parent, name }, call) => {
      const folder = join(parent, folderName(name));
      const project = await createProject(folder, 'LACSS Studio', name);
      await project.close();
      host.grants.grant(folder);
      return open(folder, call);
    },
    'project.open': async ({ folder, only }, call) => {
      if (only !== undefined) await host.projects.requireThere(folder, only);
      return open(folder, call);
    },
    'project.openSample': async (_, call) => open(await openSample(host, call), call),
    'project.initial': async (_, call) => {
      const { projectFolder, dataFolder } = host.options;
      if (projectFolder === undefined) return null;
      const isSample = projectFolder === sampleFolder(dataFolder);
      return open(isSample ? await openSample(host, call) : projectFolder, call);
    },
    'project.close': async ({ project }, { window }) => {
      // Also a project whose folder is missing.
      const held = host.projects.find(project) ?? host.projects.get(project);
      host.projects.leave(window, [held]);
      const heldBy = held.windows.size > 0 ? 'window' : host.workUnderWay(held);
      if (heldBy !== null) return { heldBy };
      await host.projects.letGo(held);
      return { heldBy };
    },
    'project.copies': ({ folder }) => listManifestCopies(folder),
    'project.restore': async ({ folder, copy }, call) => {
      const real = await realpath(folder).catch(() => folder);
      const held = host.projects.all().find(({ scope }) => scope.folder === real);
      if (held === undefined) {
        await restoreProject(real, copy, 'LACSS Studio');
      } else {
        await host.imaging.run('project.restore', { ...held.scope, copy });
        await held.project.reload();
        host.tellProjectChanged(held);
      }
      return open(folder, call);
    },
    'project.allowSources': async ({ project, folders }) => {
      const held = host.projects.get(project);
      // Only folders that the project names, so that a window cannot grant itself more.
      const wanted = await sourcesToAllow(held);
      const allowed = folders.filter((folder) => wanted.includes(folder));
      held.sources.push(...allowed);
      await allowSources(host.options.dataFolder, held.project, allowed);
      host.tellProjectChanged(held);
      return null;
    },
    'project.read': ({ project }) => view(host.projects.get(project)),
    'project.rename': async ({ project, name }) => {
      const held = host.projects.get(project);
      await host.imaging.run('project.rename', { ...held.scope, name });
      await host.store.remember(held.id, held.scope.folder, name);
      host.tellProjectChanged(held);
      return view(held);
    },
    'display.save': async ({ project, display }) => {
      await writeDisplay(host.projects.get(project).project, display);
      return null;
    },
  };

  async function open(folder: string, { window, signal }: Call): Promise<ProjectView> {
    const held = await host.projects.open(folder);
    // A window that has closed meanwhile shows nothing.
    signal.throwIfAborted();
    host.projects.enter(held, window);
    host.grants.grant(held.scope.folder);
    const opened = await view(held);
    await host.store.remember(held.id, held.scope.folder, opened.name);
    return opened;
  }

  async function view(held: HeldProject): Promise<ProjectView> {
    // The revision is read first, so that a change in between is reported twice, not missed.
    const { id, revision, notices, scope, project } = held;
    const description = await host.imaging.run('describe', scope, { onCrash: 'again' });
    return {
      ...description,
      id,
      revision,
      notices: [...notices, ...description.notices],
      folder: scope.folder,
      sample: scope.folder === (await realpath(sampleFolder(host.options.dataFolder)).catch(() => null)),
      display: await readDisplay(project),
      sourcesToAllow: await sourcesToAllow(held),
    };
  }

  async function sourcesToAllow(held: HeldProject): Promise<string[]> {
    // A person may have allowed single files, by adding them.
    const isAllowed = (file: string): boolean =>
      host.grants.covers(file) || held.sources.some((source) => isWithin(file, source));
    const asked = (await outsideSources(held.project)).filter((file) => !isAllowed(file));
    return [...new Set(asked.map((file) => dirname(file)))].sort();
  }
}

/** A folder name for a project: characters that a file system refuses become spaces. */
function folderName(name: string): string {
  const plain = Array.from(name, (letter) => (letter < ' ' || '<>:"/\\|?*'.includes(letter) ? ' ' : letter))
    .join('')
    .replace(/[. ]+$/, '')
    .trim();
  if (plain !== '' && !plain.startsWith('.')) return plain;
  throw new LacssError('setting-invalid', `${name} cannot be the name of a folder.`, {
    remedy: 'Choose a name with at least one letter or digit.',
  });
}
