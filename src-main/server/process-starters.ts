import type { StartWorker } from '../processes/worker-handle.ts';
import { entryUrl } from '../processes/entry-url.ts';
import { startProcess } from '../processes/start-process.ts';

/**
 * Starts the processes of a browser host: as forks of Node, or as Electron processes in the installed
 * program.
 */
export async function processStarters(): Promise<{ imaging: StartWorker; learning: StartWorker }> {
  if ('electron' in process.versions) {
    const { utilityStarters } = await import('../processes/utility-starters.ts');
    return utilityStarters();
  }
  return {
    imaging: (listener) => startProcess(entryUrl('imaging'), listener),
    learning: (listener) => startProcess(entryUrl('learning'), listener),
  };
}
