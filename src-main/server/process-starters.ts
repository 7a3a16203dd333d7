import type { StartChild } from '../processes/child.ts';
import { entryUrl } from '../processes/entry-url.ts';
import { startProcess } from '../processes/start-process.ts';

/** How the host of a browser starts its processes: as forks of Node, in the installed program as Electron's own. */
export async function processStarters(): Promise<{ imaging: StartChild; learning: StartChild }> {
  if ('electron' in process.versions) {
    const { utilityStarters } = await import('../processes/utility-starters.ts');
    return utilityStarters();
  }
  return {
    imaging: (listener) => startProcess(entryUrl('imaging'), listener),
    learning: (listener) => startProcess(entryUrl('learning'), listener),
  };
}
