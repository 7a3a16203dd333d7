import { toFailure } from '../contract/failure.ts';
import { startBrowserHost } from './browser-host.ts';
import type { BrowserHost } from './browser-host.ts';
import type { FromKept, ToKept } from './kept-messages.ts';

/** The process of a browser host, which a `HostKeeper` starts and restarts. */
let running: Promise<BrowserHost> | null = null;
let ending = false;
/** Time for a clean end without a keeper, ms. All files are complete at any time. */
const orphanMs = 400;

for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
process.on('message', (message: ToKept) => void receive(message));
// The keeper has ended; nothing else would stop this process.
process.on('disconnect', () => {
  setTimeout(() => process.exit(1), orphanMs).unref();
  void end();
});

async function receive(message: ToKept): Promise<void> {
  switch (message.type) {
    case 'start':
      try {
        running = startBrowserHost({ ...message.options, log: (line) => tell({ type: 'log', line }) });
        tell({ type: 'serving', address: (await running).newAddress() });
      } catch (error) {
        tell({ type: 'failed', failure: toFailure(error) }, () => process.exit(1));
      }
      break;
    case 'address':
      if (running !== null) tell({ type: 'address', address: (await running).newAddress() });
      break;
    case 'open':
      await (await running)?.open();
      break;
    case 'stop':
      await end();
      break;
  }
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  const host = await running?.catch(() => null);
  await host?.close().catch((error: unknown) => tell({ type: 'log', line: toFailure(error).message }));
  process.exit(0);
}

function tell(message: FromKept, onSent: () => void = () => undefined): void {
  // A keeper that has just ended cannot be reached; `disconnect` follows.
  if (process.connected) process.send!(message, undefined, undefined, onSent);
}
