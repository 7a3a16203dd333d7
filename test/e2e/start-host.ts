import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../src-main/server/ensure-built.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

export interface RunningHost {
  /** An address that opens the page once; the first was printed at the start, the others at Enter. */
  address: () => Promise<string>;
  /** Like a power cut: host and keeper have no chance to tidy up. */
  kill: () => Promise<void>;
  /** Like the system when memory is short: the keeper remains and restarts the host. */
  killHost: () => void;
  /** Halts the host, so that requests of the page wait. Answers a function that lets it continue. */
  pauseHost: () => () => void;
  /** Ends one of the host's processes in the same way. */
  killProcess: (name: 'imaging' | 'learning') => void;
  /** Halts one of the host's processes: it answers nothing until it is killed. */
  pauseProcess: (name: 'imaging' | 'learning') => void;
  /** As Ctrl-C does. */
  stop: () => Promise<void>;
}

/**
 * Starts `lacss serve` in its own process, as a person would.
 * @param folder - for the application's memory, and where the page may choose files
 */
export async function startHost(
  folder: string,
  {
    project,
    port,
    environment,
  }: { project?: string; port?: number; environment?: Record<string, string> } = {},
): Promise<RunningHost> {
  await ensureBuilt('page', () => undefined);
  const words = ['src-main/cli.ts', 'serve', '--no-open', '--root', folder];
  return startProgram(
    folder,
    [
      ...words,
      ...(project === undefined ? [] : ['--project', project]),
      ...(port === undefined ? [] : ['--port', String(port)]),
    ],
    environment,
  );
}

/**
 * Starts an entry that serves the window to a browser.
 * @param words - the entry and its arguments
 */
export async function startProgram(
  folder: string,
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<RunningHost> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...words], {
    cwd: checkout,
    env: { ...process.env, LACSS_DATA: `${folder}/data`, ...environment },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  const addresses = new Addresses(child);
  await addresses.first;
  const host = (): number => processBelow(child.pid!, 'server/kept-host.');
  return {
    address: () => addresses.next(),
    kill: async () => {
      const pid = host();
      await end(child, 'SIGKILL');
      process.kill(pid, 'SIGKILL');
    },
    killHost: () => process.kill(host(), 'SIGKILL'),
    pauseHost: () => {
      const pid = host();
      process.kill(pid, 'SIGSTOP');
      return () => process.kill(pid, 'SIGCONT');
    },
    killProcess: (name) => process.kill(processBelow(host(), `/${name}.`), 'SIGKILL'),
    pauseProcess: (name) => process.kill(processBelow(host(), `/${name}.`), 'SIGSTOP'),
    stop: () => end(child, 'SIGINT'),
  };
}

/** The addresses a host prints. */
class Addresses {
  /** Resolves when the host serves. */
  readonly first: Promise<void>;
  readonly #child: ChildProcess;
  readonly #printed: string[] = [];
  #onPrinted: () => void = () => undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    let said = '';
    let rest = '';
    this.first = new Promise((resolve, reject) => {
      child.stderr!.setEncoding('utf8');
      child.stderr!.on('data', (text: string) => {
        said += text;
        const lines = (rest + text).split('\n');
        rest = lines.pop()!;
        const found = lines.flatMap((line) => /http:\/\/127\.0\.0\.1:\d+\/#[\w-]+/.exec(line)?.[0] ?? []);
        this.#printed.push(...found);
        if (found.length === 0) return;
        resolve();
        this.#onPrinted();
      });
      child.on('exit', (code) => reject(new Error(`The host ended with ${code}: ${said}`)));
    });
  }

  async next(): Promise<string> {
    this.#printed.length = 0;
    this.#child.stdin!.write('\n');
    while (this.#printed.length === 0) await new Promise<void>((resolve) => (this.#onPrinted = resolve));
    return this.#printed.pop()!;
  }
}

/** The number of a process's own child that runs this entry. */
function processBelow(parent: number, entry: string): number {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const found = list
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .find((fields) => Number(fields?.[2]) === parent && fields![3]!.includes(entry));
  if (found === undefined) throw new Error(`Process ${parent} has no child ${entry}`);
  return Number(found![1]);
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.on('exit', () => resolve());
    child.kill(signal);
  });
}
