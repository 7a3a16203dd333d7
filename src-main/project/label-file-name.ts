import { posix } from 'node:path';

const labelEnding = /[-_. ](labels?|masks?|truth|gt|seg|segmentation|instances?)$/i;

/** A file's name without its folder and its ending: `plate/HeLa_1.ome.tif` → `HeLa_1`. */
export function stemOf(name: string): string {
  return posix.basename(name).replace(/(\.ome)?\.(tiff?|btf|tf2|tf8|png)$/i, '');
}

/** The stem of the image a label image belongs to by its name: `HeLa_1_label.tif` → `HeLa_1`; `null` for other files. */
export function labelledStem(name: string): string | null {
  const stem = stemOf(name);
  return labelEnding.test(stem) ? stem.replace(labelEnding, '') : null;
}

/**
 * Finds the label image of an image among some files by their names: first the same stem, then one that begins the
 * other at a separator (`A02_s1_label.tif` for `A02_s1_dna.tif`).
 * @param files names of label images, with or without an ending such as `_label`
 * @returns an index into `files`; `null` where none or several fit
 */
export function findLabelFile(imageName: string, files: readonly string[]): number | null {
  const stem = stemOf(imageName);
  const bases = files.map((file) => labelledStem(file) ?? stemOf(file));
  const exact = bases.flatMap((base, index) => (base === stem ? [index] : []));
  if (exact.length > 0) return exact.length === 1 ? exact[0] : null;
  const near = bases.flatMap((base, index) => (continues(stem, base) || continues(base, stem) ? [index] : []));
  return near.length === 1 ? near[0] : null;
}

function continues(long: string, short: string): boolean {
  return short !== '' && long.startsWith(short) && /^[-_. ]/.test(long.slice(short.length));
}
