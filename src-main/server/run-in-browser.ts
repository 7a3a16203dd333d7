import { createInterface } from 'node:readline';
import type { BrowserHostOptions } from './browser-host.ts';
import { HostKeeper } from './host-keeper.ts';
import { isInForeground } from './is-in-foreground.ts';

export interface RunInBrowserOptions extends Omit<BrowserHostOptions, 'log'> {
  say: (line: string) => void;
  /** Whether to open the page in the person's browser. */
  open: boolean;
  /** Ends the program in order. */
  signal: AbortSignal;
}

/**
 * Runs the window in a browser until the signal ends it: prints an address that opens the page once, and a new one whenever the
 * person presses Enter.
 * @throws LacssError `setting-invalid` when the port is taken; `process-crashed` when the host crashes again and again
 */
export async function runInBrowser({ say, open, signal, ...options }: RunInBrowserOptions): Promise<void> {
  const keeper = new HostKeeper({ ...options, log: say });
  const address = await keeper.start();
  const canAsk = isInForeground();
  say(`LACSS Studio runs at ${address}\nThis address opens the window once, within 60 seconds.`);
  say(`${canAsk ? 'Enter prints a new one. ' : ''}Ctrl-C ends the program; everything is saved as you work.`);
  if (open) keeper.open();
  const input = canAsk ? createInterface({ input: process.stdin }) : null;
  process.stdin.on('error', () => undefined);
  input?.on('line', () => keeper.askForAddress((next) => say(`Open the window at ${next}`)));
  try {
    await Promise.race([untilAborted(signal), keeper.ended]);
  } finally {
    input?.close();
    process.stdin.destroy();
    await keeper.close();
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
