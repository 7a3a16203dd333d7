import { join } from 'node:path';

/** The folder of the sample project. */
export function sampleFolder(dataFolder: string): string {
  return join(dataFolder, 'sample');
}
