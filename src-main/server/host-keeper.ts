import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LacssError } from '../contract/errors.ts';
import { fromFailure } from '../contract/failure.ts';
import type { BrowserHostOptions } from './browser-host.ts';
import type { FromKept, ToKept } from './kept-messages.ts';

/** A host with more crashes than this within `withinMs` is not started again. */
const maxCrashes = 5;
const withinMs = 10 * 60_000;
/** Time for a clean end of the host, ms: a training writes its checkpoint. */
const patienceMs = 30_000;

export interface HostKeeperOptions extends BrowserHostOptions {
  log: (line: string) => void;
  /** The process to start. @default the browser host */
  entry?: URL;
}

/**
 * Runs the browser host in its own process and starts it again after a crash, so that open pages continue.
 * The host ends with its keeper.
 */
export class HostKeeper {
  /** Rejects when the host has ended and is not started again; never resolves. */
  readonly ended: Promise<never>;
  readonly #log: (line: string) => void;
  readonly #entry: URL;
  readonly #options: Omit<BrowserHostOptions, 'log'>;
  #giveUp: (error: LacssError) => void = () => undefined;
  #onAddress: (address: string) => void = () => undefined;
  #child: ChildProcess | null = null;
  #crashes: number[] = [];
  #stopping = false;

  constructor({ log, entry = hostEntry(), ...options }: HostKeeperOptions) {
    this.#log = log;
    this.#entry = entry;
    this.#options = options;
    this.ended = new Promise<never>((_resolve, reject) => (this.#giveUp = reject));
    // Avoids an unhandled rejection if nobody waits.
    this.ended.catch(() => undefined);
  }

  /**
   * Starts the host. Returns an address that opens the page once.
   * @throws LacssError `setting-invalid` if the port is in use; `process-crashed`
   */
  start(): Promise<string> {
    return new Promise<string>((resolve, reject) => {
      let isServing = false;
      let failure: LacssError | null = null;
      const child = fork(fileURLToPath(this.#entry), {
        execArgv: import.meta.url.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        // Its own group: Ctrl-C in a terminal reaches only the keeper, which then ends the host cleanly.
        detached: process.platform !== 'win32',
      });
      this.#child = child;
      let isOver = false;
      const end = (how: string): void => {
        if (isOver) return;
        isOver = true;
        if (this.#child === child) this.#child = null;
        if (isServing) this.#bury(how);
        else reject(failure ?? crashed(how));
      };
      child.on('error', (error) => end(error.message));
      child.on('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
      child.on('message', (message: FromKept) => {
        switch (message.type) {
          case 'serving':
            isServing = true;
            resolve(message.address);
            break;
          case 'address':
            this.#onAddress(message.address);
            break;
          case 'log':
            this.#log(message.line);
            break;
          case 'failed':
            failure = fromFailure(message.failure);
            break;
        }
      });
      this.#post({ type: 'start', options: this.#options });
    });
  }

  /** Asks for a new address that opens the page once. */
  askForAddress(onAddress: (address: string) => void): void {
    this.#onAddress = onAddress;
    this.#post({ type: 'address' });
  }

  /** Opens the page in the user's browser, if there is a screen. */
  open(): void {
    this.#post({ type: 'open' });
  }

  /** Ends the host cleanly; a training keeps its checkpoint. */
  async close(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    this.#post({ type: 'stop' });
    const cut = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    await exited;
    clearTimeout(cut);
  }

  #post(message: ToKept): void {
    // The exit handler restarts a host that has just crashed.
    if (this.#child?.connected === true) this.#child.send(message, () => undefined);
  }

  #bury(how: string): void {
    if (this.#stopping) return;
    const now = performance.now();
    this.#crashes = [...this.#crashes.filter((at) => now - at < withinMs), now];
    if (this.#crashes.length > maxCrashes) {
      this.#giveUp(
        crashed(
          how,
          `It ended ${maxCrashes + 1} times in ten minutes, so it is not started again. All saved work is safe.`,
        ),
      );
      return;
    }
    const log = this.#log;
    log(`LACSS Studio ended unexpectedly (${how}) and is started again. All saved work is safe.`);
    this.start().then(
      (address) => log(`It runs again. Open pages continue by themselves. A new page opens at ${address}`),
      (error: unknown) => this.#giveUp(error as LacssError),
    );
  }
}

function crashed(how: string, remedy = 'Start it again.'): LacssError {
  return new LacssError('process-crashed', `LACSS Studio ended unexpectedly (${how}).`, { remedy });
}

/** Where the host's entry is: in the sources, or beside the bundle this code is in. */
function hostEntry(): URL {
  const here = import.meta.url;
  return new URL(here.endsWith('.ts') ? './kept-host.ts' : './kept-host.js', here);
}
