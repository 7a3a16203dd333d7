import { readdir } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { fileError } from './file-error.ts';

const labelEnding = /[-_. ](labels?|masks?|truth|gt|seg|segmentation|instances?)$/i;
const locationEnding = /[-_. ](locations?|points?|centres?|centers?|loi)$/i;

/** A file's name without its folder and its ending: `plate/HeLa_1.ome.tif` → `HeLa_1`. */
export function stemOf(name: string): string {
  return posix.basename(name).replace(/(\.ome)?\.(tiff?|btf|tf2|tf8|png|csv)$/i, '');
}

/** The stem of the image a label image belongs to by its name: `HeLa_1_label.tif` → `HeLa_1`; `null` for other files. */
export function labelledStem(name: string): string | null {
  const stem = stemOf(name);
  return labelEnding.test(stem) ? stem.replace(labelEnding, '') : null;
}

/**
 * Finds the file that belongs to an image by its name: first the same stem, then one that begins the other at a
 * separator (`A02_s1_label.tif` for `A02_s1_dna.tif`).
 * @param files names of label images or of tables, with or without an ending such as `_label` or `_locations`
 * @returns an index into `files`; `null` where none or several fit
 */
export function findCompanion(imageName: string, files: readonly string[]): number | null {
  const stem = stemOf(imageName);
  const bases = files.map((file) => stemOf(file).replace(labelEnding, '').replace(locationEnding, ''));
  const same = indicesOf(bases, (base) => base === stem);
  if (same.length > 0) return same.length === 1 ? same[0] : null;
  const near = indicesOf(bases, (base) => continues(stem, base) || continues(base, stem));
  return near.length === 1 ? near[0] : null;
}

function indicesOf(texts: readonly string[], isWanted: (text: string) => boolean): number[] {
  return texts.flatMap((text, index) => (isWanted(text) ? [index] : []));
}

function continues(long: string, short: string): boolean {
  return short !== '' && long.startsWith(short) && /^[-_. ]/.test(long.slice(short.length));
}

/**
 * Lists the files in a folder among which companions are looked for, those that end like label images first where
 * there are any: a folder may hold images and label images side by side.
 * @param kind what is looked for: label images or tables
 * @throws LacssError `file-not-found`, `file-unreadable`
 */
export async function listCompanions(folder: string, kind: 'labels' | 'tables'): Promise<string[]> {
  const names = await readdir(resolve(folder)).catch((error: unknown) => {
    throw fileError(error, folder, 'read');
  });
  if (kind === 'tables') return names.filter((name) => /\.csv$/i.test(name)).sort();
  const images = names.filter((name) => /\.(tiff?|png)$/i.test(name)).sort();
  const labelled = images.filter((name) => labelledStem(name) !== null);
  return labelled.length > 0 ? labelled : images;
}

/**
 * The path of an image's companion in a folder.
 * @param what it is, for the message: `label image`
 * @throws LacssError `annotation-missing`
 */
export function companionPath(
  imageName: string,
  folder: string,
  names: readonly string[],
  what: string,
): string {
  const index = findCompanion(imageName, names);
  if (index !== null) return join(resolve(folder), names[index]);
  throw new LacssError('annotation-missing', `${folder} has no ${what} for ${imageName}.`, {
    subject: imageName,
    remedy: `Call it ${stemOf(imageName)} with the ending of its kind.`,
  });
}
