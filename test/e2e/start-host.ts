import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../src-main/server/ensure-built.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

export interface RunningHost {
  url: string;
  /** As a crash or a power cut would: no chance to tidy up. */
  kill: () => Promise<void>;
  /** Ends one of its processes as the system would where memory is short. */
  killProcess: (name: 'imaging' | 'learning') => void;
  /** As Ctrl-C does. */
  stop: () => Promise<void>;
}

/**
 * Starts `lacss serve` as a person would, as a process of its own.
 * @param folder - where the application keeps its memory and where the page may choose files
 */
export async function startHost(folder: string, options: { project?: string } = {}): Promise<RunningHost> {
  await ensureBuilt('page', () => undefined);
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      'src-main/cli.ts',
      'serve',
      '--no-open',
      '--root',
      folder,
      ...(options.project === undefined ? [] : ['--project', options.project]),
    ],
    {
      cwd: checkout,
      env: { ...process.env, LACSS_DATA: `${folder}/data` },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const url = await addressOf(child);
  return {
    url,
    kill: () => end(child, 'SIGKILL'),
    killProcess: (name) => process.kill(processOf(child, name), 'SIGKILL'),
    stop: () => end(child, 'SIGINT'),
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr!.setEncoding('utf8');
    child.stderr!.on('data', (text: string) => {
      said += text;
      const url = /http:\/\/127\.0\.0\.1:\d+\/[\w-]+\//.exec(said)?.[0];
      if (url !== undefined) resolve(url);
    });
    child.on('exit', (code) => reject(new Error(`The host ended with ${code}: ${said}`)));
  });
}

/** The number of the host's process that runs this entry. */
function processOf({ pid }: ChildProcess, name: string): number {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const found = list
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .find((fields) => Number(fields?.[2]) === pid && fields![3]!.includes(`entries/${name}.`));
  if (found === undefined) throw new Error(`The host has no ${name} process`);
  return Number(found![1]);
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.on('exit', () => resolve());
    child.kill(signal);
  });
}
