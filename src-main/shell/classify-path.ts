import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { manifestName } from '../project/manifest-name.ts';

/** Ending of a model file. */
const modelEnding = '.lacss';

/** What a path given to the program is: a project, by its folder, or a model file. Null where it is neither. */
export type GivenPath = { kind: 'project'; folder: string } | { kind: 'model'; file: string };

/** Says what a path is that a person opens with the program. Absolute path in; looks at the disk. */
export function classifyPath(path: string): GivenPath | null {
  if (path.toLowerCase().endsWith(modelEnding) && isFile(path)) return { kind: 'model', file: path };
  const folder = path.endsWith(manifestName) ? dirname(path) : path;
  return isFile(join(folder, manifestName)) ? { kind: 'project', folder } : null;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
