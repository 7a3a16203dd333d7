import { toFailure } from '../contract/failure.ts';
import { startBrowserHost } from './browser-host.ts';
import type { BrowserHost } from './browser-host.ts';
import type { FromKept, ToKept } from './kept-messages.ts';

/** The process of a browser host that a `HostKeeper` starts, and starts again after a crash. */
let running: Promise<BrowserHost> | null = null;
let ending = false;
/** How long an orderly end may take without a keeper. What cannot be closed by then is whole on the disk anyway. */
const orphanMs = 400;

for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
process.on('message', (message: ToKept) => void receive(message));
// The keeper has ended, and nobody is left to stop this process.
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
  // A keeper that has just died hears nothing; `disconnect` follows.
  if (process.connected) process.send!(message, undefined, undefined, onSent);
}
