import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { FloatPlane, LabelImage } from '../../src-main/contract/pixels.ts';
import { planeAt } from '../fixtures/plane-at.ts';
import { readTiff } from '../fixtures/read-whole.ts';
import { sharedData } from '../fixtures/shared-data.ts';

/** One channel of a real image. */
export async function sharedPlane(path: string, channel = 0): Promise<FloatPlane> {
  return planeAt(await readTiff(readFileSync(sharedData(path)), basename(path)), { c: channel });
}

/** The true labels of a real image. */
export async function sharedLabels(path: string): Promise<LabelImage> {
  const { height, width, data } = await sharedPlane(path);
  return { height, width, data: Int32Array.from(data) };
}

/** The names in a folder of real images that have this ending, without the ending. */
export function sharedNames(folder: string, ending: string): string[] {
  return readdirSync(sharedData(folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .sort();
}
