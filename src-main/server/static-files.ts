import { readFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { isWithin } from '../project/resolve-inside.ts';

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** A file of the page. */
export interface StaticFile {
  bytes: Uint8Array;
  mediaType: string;
  /** Whether its name changes with its content, so that it can be cached forever. */
  hashed: boolean;
}

/** Addresses below this one are pages of the guide, which is built beside the page. */
export const guidePath = 'help/';

/**
 * Reads a file of the built page, or of the guide, by its path. Null for any other path, also outside the two
 * folders.
 */
export function readStaticFile(pageFolder: string, path: string): Promise<StaticFile | null> {
  return path.startsWith(guidePath)
    ? readFileOf(join(pageFolder, '..', 'help'), path.slice(guidePath.length))
    : readFileOf(pageFolder, path);
}

async function readFileOf(folder: string, path: string): Promise<StaticFile | null> {
  let name: string;
  try {
    name = decodeURIComponent(/(^|\/)$/.test(path) ? `${path}index.html` : path);
  } catch {
    return null;
  }
  const mediaType = mediaTypes[extname(name)];
  const file = resolve(join(folder, name));
  if (mediaType === undefined || name.includes('\0') || !isWithin(file, resolve(folder))) return null;
  const bytes = await readFile(file).catch(() => null);
  return bytes === null ? null : { bytes, mediaType, hashed: name.startsWith('assets/') };
}
