import { homedir } from 'node:os';
import { dataFolder } from '../host/data-folder.ts';
import { Host } from '../host/host.ts';
import { AddressMemory } from './address-memory.ts';
import type { Address } from './address-memory.ts';
import { pageFolder } from './page-folder.ts';
import { processStarters } from './process-starters.ts';
import { serve } from './serve.ts';
import type { Served } from './serve.ts';

export interface BrowserHostOptions {
  version: string;
  /** The project to open; without it the page starts with the list of recent ones. */
  projectFolder?: string;
  /** Folders the page may list and open files below, besides home, the folder the program runs in and the project. */
  roots?: readonly string[];
  port?: number;
  /** The secret part of the address. @default random */
  token?: string;
  log?: (line: string) => void;
}

/**
 * Starts the application for a browser: host, processes and server. After a crash it is found at the address of before.
 * @throws LacssError `setting-invalid` when the port is taken
 */
export async function startBrowserHost(options: BrowserHostOptions): Promise<Served> {
  const { version, projectFolder, roots = [], port, token, log } = options;
  const memory = new AddressMemory(dataFolder());
  const inherited = token === undefined ? await memory.inherit(port) : null;
  const host = new Host({
    platform: {
      kind: 'browser',
      choose: null,
      reveal: () => false,
      roots: namedRoots(projectFolder, roots),
    },
    start: await processStarters(),
    dataFolder: dataFolder(),
    version,
    ...(projectFolder === undefined ? {} : { projectFolder }),
    ...(log === undefined ? {} : { log }),
  });
  const common = { host, pageFolder: pageFolder() };
  const asked = {
    ...common,
    ...(port === undefined ? {} : { port }),
    ...(token === undefined ? {} : { token }),
  };
  // Where somebody else has taken the port of the host that died, its pages are lost, and nothing else.
  const served =
    inherited === null
      ? await serve(asked)
      : await serve({ ...common, ...inherited }).catch(() => serve(asked));
  await memory.keep(addressOf(served.url));
  return {
    url: served.url,
    close: async () => {
      await served.close();
      await host.close();
      await memory.forget();
    },
  };
}

function addressOf(url: string): Address {
  const { port, pathname } = new URL(url);
  return { port: Number(port), token: pathname.split('/')[1]! };
}

function namedRoots(
  project: string | undefined,
  others: readonly string[],
): { name: string; path: string }[] {
  const roots = [
    { name: 'Home', path: homedir() },
    { name: 'This folder', path: process.cwd() },
    ...(project === undefined ? [] : [{ name: 'Project', path: project }]),
    ...others.map((path) => ({ name: path, path })),
  ];
  return roots.filter(({ path }, index) => roots.findIndex((root) => root.path === path) === index);
}
