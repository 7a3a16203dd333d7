import { app } from 'electron';
import { entryUrl } from './entry-url.ts';
import type { StartWorker } from './worker-handle.ts';
import { startUtility } from './start-utility.ts';

/** Starts the host's processes in Electron, which cannot run as plain Node. Waits until Electron is ready. */
export async function utilityStarters(): Promise<{ imaging: StartWorker; learning: StartWorker }> {
  await app.whenReady();
  return {
    imaging: (listener) => startUtility(entryUrl('imaging'), 'imaging', listener),
    learning: (listener) => startUtility(entryUrl('learning'), 'learning', listener),
  };
}
