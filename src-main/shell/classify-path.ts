import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { manifestName } from '../project/manifest-name.ts';

/** Ending of a model file. */
const modelEnding = '.lacss';

/** A path given to the program: the folder of a project, or a model file. */
export type GivenPath = { kind: 'project'; folder: string } | { kind: 'model'; file: string };

/** The kind of an absolute path that the user opens, from the disk; null for any other kind. */
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
