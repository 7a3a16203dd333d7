import { createInterface } from 'node:readline';
import type { BrowserHostOptions } from './browser-host.ts';
import { HostKeeper } from './host-keeper.ts';
import type { HostKeeperOptions } from './host-keeper.ts';
import { isInForeground } from './is-in-foreground.ts';

/** Time for a clean end after SIGTERM, ms. */
const terminationMs = 1500;

export interface RunInBrowserOptions extends Omit<BrowserHostOptions, 'log'> {
  say: (line: string) => void;
  /** Whether to open the page in the user's browser. */
  open: boolean;
  /** Ends the program cleanly. */
  signal: AbortSignal;
}

/**
 * Runs the window in a browser until the signal ends it. Prints an address that opens the page once, and a
 * new one each time the user presses Enter.
 * @throws LacssError `setting-invalid` if the port is in use; `process-crashed` if the host crashes
 * repeatedly
 */
export async function runInBrowser({ say, open, signal, ...options }: RunInBrowserOptions): Promise<void> {
  const host = await start({ ...options, log: say });
  const address = host.address;
  const canAsk = isInForeground();
  say(`LACSS Studio runs at ${address}\nThis address opens the window once, within 60 seconds.`);
  say(`${canAsk ? 'Enter prints a new one. ' : ''}Ctrl-C ends the program; everything is saved as you work.`);
  if (open) host.open();
  const input = canAsk ? createInterface({ input: process.stdin }) : null;
  process.stdin.on('error', () => undefined);
  input?.on('line', () => host.askForAddress((next) => say(`Open the window at ${next}`)));
  try {
    await Promise.race([untilAborted(signal), untilTerminated(), host.ended]);
  } finally {
    input?.close();
    process.stdin.destroy();
    await host.close();
  }
}

interface Running {
  address: string;
  askForAddress: (onAddress: (address: string) => void) => void;
  open: () => void;
  /** Rejects when the host has ended and is not restarted. */
  ended: Promise<never>;
  close: () => Promise<void>;
}

/** Starts the host with a keeper. In Electron, which cannot fork itself as plain Node, in this process. */
async function start(options: HostKeeperOptions): Promise<Running> {
  if ('electron' in process.versions) {
    // Only here: elsewhere the host's own process loads it, and this process starts sooner without it.
    const { startBrowserHost } = await import('./browser-host.ts');
    const host = await startBrowserHost(options);
    return {
      address: host.newAddress(),
      askForAddress: (onAddress) => onAddress(host.newAddress()),
      open: () => void host.open(),
      ended: new Promise(() => undefined),
      close: host.close,
    };
  }
  const keeper = new HostKeeper(options);
  return {
    address: await keeper.start(),
    askForAddress: (onAddress) => keeper.askForAddress(onAddress),
    open: () => keeper.open(),
    ended: keeper.ended,
    close: () => keeper.close(),
  };
}

/** The system does not wait long after SIGTERM. All files are complete at any time. */
function untilTerminated(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => {
      setTimeout(() => process.exit(143), terminationMs).unref();
      resolve();
    });
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
