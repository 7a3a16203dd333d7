import { join } from 'node:path';
import type { Call } from './call.ts';
import type { Host } from './host.ts';

/** The folder of the sample project, made first if need be. */
export function openSample(host: Host, call: Call): Promise<string> {
  call.signal.throwIfAborted();
  return Promise.resolve(join(host.options.dataFolder, 'sample'));
}
