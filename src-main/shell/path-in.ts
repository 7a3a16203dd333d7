import { resolve } from 'node:path';
import { classifyPath } from './classify-path.ts';

/**
 * The path on a command line: the last word that names a project or a model.
 * @param args the command line with the program's name first
 * @param workingFolder what relative paths start from
 * @returns an absolute path, or null
 */
export function pathIn(args: readonly string[], workingFolder: string): string | null {
  for (const word of args.slice(1).toReversed()) {
    if (word.startsWith('-')) continue;
    const path = resolve(workingFolder, word);
    if (classifyPath(path) !== null) return path;
  }
  return null;
}
