import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { manifestName } from '../project/project.ts';

/** The project a person has named on the command line, if any: the last word that is a folder with a project in it. */
export function projectFolderIn(args: readonly string[]): string | null {
  for (const word of args.slice(1).toReversed()) {
    if (word.startsWith('-')) continue;
    const folder = resolve(word.endsWith(manifestName) ? join(word, '..') : word);
    if (isFile(join(folder, manifestName))) return folder;
  }
  return null;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
