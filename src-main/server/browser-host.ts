import { homedir } from 'node:os';
import { dataFolder } from '../project/data-folder.ts';
import { Host } from '../host/host.ts';
import { AddressMemory } from './address-memory.ts';
import type { Address } from './address-memory.ts';
import { Gate } from './gate.ts';
import { openInBrowser } from './open-in-browser.ts';
import { mountedDrives } from './mounted-drives.ts';
import type { MountedDrive } from './mounted-drives.ts';
import { pageFolder } from './page-folder.ts';
import { processStarters } from './process-starters.ts';
import { startServer } from './start-server.ts';
import type { Served } from './start-server.ts';
import { StartFiles } from './start-file.ts';

export interface BrowserHostOptions {
  version: string;
  /** The project to open; without it the page starts with recent projects. */
  projectFolder?: string;
  /** More folders to choose files from, besides home, the working folder and the project. */
  roots?: readonly string[];
  port?: number;
  log?: (line: string) => void;
}

export interface BrowserHost {
  /** A new address that opens the page once, within a minute. */
  newAddress: () => string;
  /** Opens the page in the user's browser, if there is a screen. */
  open: () => Promise<void>;
  close: () => Promise<void>;
}

/**
 * Starts the application for a browser: host, processes and server. After a crash its open pages find it
 * again.
 * @throws LacssError `setting-invalid` if the port is in use
 */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const { version, projectFolder, roots = [], port, log } = options;
  const memory = new AddressMemory(dataFolder());
  const startFiles = new StartFiles(dataFolder());
  await startFiles.sweep();
  const inherited = await memory.inherit(port);
  const host = new Host({
    platform: {
      kind: 'browser',
      choose: null,
      reveal: () => false,
      roots: namedRoots(projectFolder, roots, await mountedDrives()),
    },
    start: await processStarters(),
    dataFolder: dataFolder(),
    version,
    ...(projectFolder === undefined ? {} : { projectFolder }),
    ...(log === undefined ? {} : { log }),
  });
  const { served, gate } = await serveAt(host, inherited, port);
  await memory.keep({ port: Number(new URL(served.url).port), secret: gate.secret });
  const addressWith = (code: string): string => `${served.url}#${code}`;
  return {
    newAddress: () => addressWith(gate.newCode()),
    open: async () => {
      let path: string | null = null;
      const code = gate.newCode(() => path !== null && void startFiles.remove(path));
      // If it cannot be written, the printed address still works.
      path = await startFiles.write(addressWith(code)).catch(() => null);
      if (path !== null) openInBrowser(path);
    },
    close: async () => {
      await served.close();
      startFiles.close();
      await host.close();
      await memory.forget();
    },
  };
}

/**
 * Serves at the inherited address. If another program uses its port, the open pages are lost. A secret is
 * never used at another port, because the program at the old port could pass on messages between page and
 * host.
 */
async function serveAt(
  host: Host,
  inherited: Address | null,
  port: number | undefined,
): Promise<{ served: Served; gate: Gate }> {
  const common = { host, pageFolder: pageFolder() };
  if (inherited !== null) {
    const gate = new Gate(inherited.secret);
    const served = await startServer({ ...common, port: inherited.port, gate }).catch(() => null);
    if (served !== null) return { served, gate };
  }
  const gate = new Gate();
  return { served: await startServer({ ...common, gate, ...(port === undefined ? {} : { port }) }), gate };
}

function namedRoots(
  project: string | undefined,
  others: readonly string[],
  drives: readonly MountedDrive[],
): { name: string; path: string }[] {
  const roots = [
    { name: 'Home', path: homedir() },
    { name: 'Working folder', path: process.cwd() },
    ...(project === undefined ? [] : [{ name: 'Project', path: project }]),
    ...others.map((path) => ({ name: path, path })),
    ...drives,
  ];
  return roots.filter(({ path }, index) => roots.findIndex((root) => root.path === path) === index);
}
