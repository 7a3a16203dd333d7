import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';
import { inflateSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { readPng } from '../fixtures/read-whole.ts';
import { hashBytes } from '../../src-main/project/hash-bytes.ts';
import { readLabelImage } from '../../src-main/project/read-label-image.ts';
import { decodeCheckpoint } from '../../src-main/training/checkpoint.ts';

/** Every file below a folder, by its path from there. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
}

/** The content of every file below a folder, as a hash by path. */
export async function hashFiles(folder: string): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const file of await listFiles(folder)) {
    const bytes = await readFile(join(folder, file)).catch(() => null);
    if (bytes !== null) hashes.set(file, createHash('sha256').update(bytes).digest('hex'));
  }
  return hashes;
}

/** Temporary files that an atomic write has not renamed yet; a crash leaves them, opening removes them. */
export function isTemporary(file: string): boolean {
  return /^\..+\.\d+-[\d-]+\.tmp$/.test(basename(file));
}

/**
 * The files of a project that are damaged, each with the reason. There must be none at any moment.
 * @param openEnd whether a crash may have cut the last line of a journal, which the next start drops
 */
export async function halfWritten(folder: string, openEnd: boolean): Promise<string[]> {
  const faults: string[] = [];
  for (const file of await listFiles(folder)) {
    if (isTemporary(file)) continue;
    const bytes = await readFile(join(folder, file)).catch(() => null);
    // Another process has replaced or removed it meanwhile.
    if (bytes === null) continue;
    await parse(file, bytes, openEnd).catch((error: unknown) => faults.push(`${file}: ${String(error)}`));
  }
  return faults;
}

async function parse(file: string, bytes: Buffer, openEnd: boolean): Promise<void> {
  const text = (): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const name = basename(file);
  switch (extname(file)) {
    case '.jsonl':
      return parseLines(text(), openEnd, name === 'progress.jsonl');
    case '.json':
    case '.geojson':
    case '.lock':
      JSON.parse(text());
      return;
    case '.csv':
      return parseTable(text());
    case '.png':
      await readPng(Uint8Array.from(bytes), file);
      return;
    case '.tif':
      await readLabelImage(Uint8Array.from(bytes), file);
      return;
    case '.zip':
      unzipSync(bytes);
      return;
    case '.checkpoint':
      decodeCheckpoint(Uint8Array.from(bytes));
      return;
    case '.contours':
      inflateSync(bytes);
      return;
    case '.bin': {
      const hash = /-([0-9a-f]{16})\.bin$/.exec(name)?.[1];
      if (hashBytes(bytes).slice(0, 16) !== hash) throw new TypeError('not what its name says');
      return;
    }
    default:
      throw new TypeError('a file of no known kind');
  }
}

/** @param isLog its lines may be cut anywhere, because curves are only for viewing */
function parseLines(text: string, openEnd: boolean, isLog: boolean): void {
  const lines = text.split('\n');
  const last = lines.pop();
  if (last !== '' && !openEnd && !isLog) throw new SyntaxError('its last line has no end');
  for (const line of lines) {
    if (line !== '' && !isLog) JSON.parse(line);
  }
}

function parseTable(text: string): void {
  const [head, ...rows] = text.trimEnd().split('\n');
  const columns = head!.split(',').length;
  if (!text.endsWith('\n') || rows.some((row) => row.split(',').length !== columns)) {
    throw new SyntaxError('a row is cut short');
  }
}
