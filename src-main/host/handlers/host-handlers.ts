import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LacssError } from '../../contract/errors.ts';
import type { RequestsOf } from '../../contract/requests.ts';
import type { HostDescription, RecentProject } from '../../contract/requests/host-requests.ts';
import { fileError } from '../../contract/file-error.ts';
import { sweepDroppedFolders } from '../../tasks/images/dropped-folder.ts';
import type { KnownProject } from '../app-store.ts';
import type { Handlers } from '../call.ts';
import type { HostServices } from '../host-services.ts';
import { DroppedFiles } from '../dropped-files.ts';
import { listFolder } from '../list-folder.ts';

type HostRequestNames = Exclude<RequestsOf<'host'>, `project.${string}` | 'display.save'>;

/** Requests about the host: description, file choice, settings. */
export function hostHandlers(host: HostServices): {
  requests: Handlers<HostRequestNames>;
  close: () => Promise<void>;
} {
  const { platform } = host.options;
  const dropped = new DroppedFiles();
  void sweepDroppedFolders();
  const requests: Handlers<HostRequestNames> = {
    'host.describe': async () => ({
      kind: platform.kind,
      chooser: platform.choose === null ? 'listing' : 'native',
      platform: systemName(),
      version: host.options.version,
      roots: [...platform.roots],
      firstRun: !(await host.store.settings()).tourDone,
    }),
    'host.choose': async ({ purpose, suggestedName }, { window }) => {
      if (platform.choose === null) throw new LacssError('request-invalid', 'This host has no file dialog.');
      const paths = await platform.choose(window, purpose, suggestedName);
      host.grants.grant(...paths);
      return { paths };
    },
    'host.list': async ({ path }) => {
      const wanted = path ?? platform.roots[0]?.path;
      if (wanted === undefined)
        throw new LacssError('request-invalid', 'This host uses the file dialog of the system.');
      const folder = host.grants.require(wanted);
      return listFolder(
        folder,
        platform.roots.some((root) => root.path === folder),
      );
    },
    'host.createFolder': async ({ parent, name }) => {
      const path = join(parent, plainName(name));
      await mkdir(path).catch((error: unknown) => {
        throw fileError(error, path, 'write');
      });
      return { path };
    },
    'host.upload': async (part) => {
      const answer = await dropped.take({ ...part, name: plainName(part.name) });
      if (answer.path !== null) host.grants.grant(answer.path);
      return answer;
    },
    'host.reveal': ({ path }) => ({ shown: platform.reveal(path), path }),
    'host.recentProjects': async () => {
      const recent = await host.store.recent();
      host.grants.grant(...recent.map(({ folder }) => folder));
      return recent.map(withWork);
    },
    'host.forgetProject': async ({ folder }) => (await host.store.forget(folder)).map(withWork),
    'host.settings': () => host.store.settings(),
    'host.saveSettings': (change) => host.store.saveSettings(change),
    'engine.status': () => host.engine,
  };
  return {
    requests,
    close: () => dropped.close(),
  };

  function withWork(project: KnownProject): RecentProject {
    const held = host.projects.find(project.id);
    return { ...project, work: held === undefined ? null : host.workUnderWay(held) };
  }
}

/** A file name without a path, so that the file stays in its folder. */
function plainName(name: string): string {
  const plain = basename(name.replaceAll('\\', '/'));
  if (plain === name && plain !== '.' && plain !== '..' && !plain.includes('\0')) return plain;
  throw new LacssError('request-invalid', `${name} is not a valid name of a file or folder.`, {
    subject: name,
  });
}

function systemName(): HostDescription['platform'] {
  const { platform } = process;
  return platform === 'linux' || platform === 'darwin' || platform === 'win32' ? platform : 'other';
}
