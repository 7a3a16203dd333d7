import { join } from 'node:path';

/** Where the sample project lies. */
export function sampleFolder(dataFolder: string): string {
  return join(dataFolder, 'sample');
}
