import { readdir } from 'node:fs/promises';
import { dirname, join, parse, posix, relative, resolve, sep } from 'node:path';
import { itemAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { ImageEntry } from '../contract/project-files.ts';
import type { NamedFile } from './distinct-names.ts';
import { fileError } from '../contract/file-error.ts';

const labelEnding = /[-_. ](labels?|(cp_)?masks?|truth|gt|seg|segmentation|instances?)$/i;
/** Endings of files that are no images. An image may be called `field_cells.tif`. */
const outlineEnding = /[-_. ]((cp_)?outlines?|rois?|cells|detections|annotations)(?=\.[a-z]+$)/i;
const imageEnding = /\.(tiff?|btf|tf2|tf8|png)$/i;
const locationEnding = /[-_. ](locations?|points?|centres?|centers?|loi)$/i;

/** Whether a file is called like an image. */
export function isImageName(path: string): boolean {
  return imageEnding.test(path);
}

/** A file's name without its folder and its ending: `plate/HeLa_1.ome.tif` → `HeLa_1`. */
export function stemOf(name: string): string {
  return (
    posix
      .basename(name)
      // macOS writes é as two characters.
      .normalize('NFC')
      .replace(/(\.ome)?\.(tiff?|btf|tf2|tf8|png|csv|npy|zip|roi|geojson|json|txt)$/i, '')
  );
}

/** The image name in the name of a label image: `HeLa_1_label.tif` → `HeLa_1`; `null` for other files. */
export function labelledStem(name: string): string | null {
  const stem = stemOf(name);
  return labelEnding.test(stem) ? stem.replace(labelEnding, '') : null;
}

/** `same`: file and image have the same stem. `near`: one stem begins the other, up to a separator. */
type Kinship = 'same' | 'near';

/** A file that may belong to an image. */
interface Claim {
  file: number;
  kinship: Kinship;
  /** How many folders image and file share. */
  nearness: number;
}

/**
 * Finds the images that files belong to. A file has the stem of its image (`HeLa_1_label.tif` for `HeLa_1`),
 * or of its image's file.
 * Or one stem begins the other, up to a separator (`A02_s1_label.tif` for `A02_s1_dna.tif`). If several
 * images or files have equal names, their folders decide. A file belongs to one image only; in doubt
 * it belongs to none.
 */
export class Companions {
  readonly #paths: readonly string[];
  readonly #names: readonly string[];
  readonly #folder: string;
  readonly #claims = new Map<string, Claim | 'several' | null>();
  readonly #claimants = new Map<number, { image: NamedFile; claim: Claim }[]>();

  /**
   * @param images all that may have a claim, also those that are not asked about
   * @param names of the files, from the folder, with an ending such as `_label` or `_locations` or without
   */
  constructor(images: readonly NamedFile[], folder: string, names: readonly string[]) {
    this.#folder = folder;
    this.#names = names;
    this.#paths = names.map((name) => join(resolve(folder), ...name.split('/')));
    const bases = names.map((name) => {
      const stem = stemOf(isImageName(name) ? name : name.replace(outlineEnding, ''));
      return stem.replace(labelEnding, '').replace(locationEnding, '');
    });
    const byBase = new Map<string, number[]>();
    for (const [file, base] of bases.entries()) byBase.set(base, [...(byBase.get(base) ?? []), file]);
    for (const image of images) {
      const claim = this.#claimOf(image, bases, byBase);
      this.#claims.set(keyOf(image), claim);
      if (claim === null || claim === 'several') continue;
      this.#claimants.set(claim.file, [...(this.#claimants.get(claim.file) ?? []), { image, claim }]);
    }
  }

  /** The path of an image's file; `null` if it has none, or several are possible. */
  find(image: NamedFile): string | null {
    const claim = this.#claims.get(keyOf(image)) ?? null;
    if (claim === null || claim === 'several') return null;
    return this.#rivalsOf(image, claim).length === 0 ? itemAt(this.#paths, claim.file) : null;
  }

  /**
   * The path of an image's file.
   * @param what the kind of file, for the message: `label image`
   * @throws LacssError `annotation-missing`
   */
  path(image: NamedFile, what: string): string {
    const found = this.find(image);
    if (found !== null) return found;
    const claim = this.#claims.get(keyOf(image)) ?? null;
    const { message, remedy } = this.#refusalOf(image, claim, what);
    throw new LacssError('annotation-missing', message, { subject: image.name, remedy });
  }

  #refusalOf(
    image: NamedFile,
    claim: Claim | 'several' | null,
    what: string,
  ): { message: string; remedy: string } {
    if (claim === null) {
      return {
        message: `${this.#folder} has no ${what} for ${image.name}.`,
        remedy: `Name the file ${stemOf(image.name)}, with the ending of its format.`,
      };
    }
    const remedy = 'Put the files into folders with the same names as the folders of the images.';
    if (claim === 'several')
      return { message: `Several files in ${this.#folder} have the name ${image.name}.`, remedy };
    const file = this.#names[claim.file];
    const rival = itemAt(this.#rivalsOf(image, claim), 0);
    return {
      message: `It is not clear whether ${file} belongs to ${rival.name} or ${image.name}. So ${image.name} gets no ${what}.`,
      remedy,
    };
  }

  /** Other images with an equal or a better claim. */
  #rivalsOf(image: NamedFile, own: Claim): NamedFile[] {
    return (this.#claimants.get(own.file) ?? [])
      .filter((other) => keyOf(other.image) !== keyOf(image) && compare(other.claim, own) <= 0)
      .map((other) => other.image);
  }

  /** By the name of the image, otherwise by that of its file. */
  #claimOf(
    image: NamedFile,
    bases: readonly string[],
    byBase: ReadonlyMap<string, number[]>,
  ): Claim | 'several' | null {
    const path = image.path.replaceAll('\\', '/');
    return this.#claimBy(image.name, image, bases, byBase) ?? this.#claimBy(path, image, bases, byBase);
  }

  #claimBy(
    name: string,
    image: NamedFile,
    bases: readonly string[],
    byBase: ReadonlyMap<string, number[]>,
  ): Claim | 'several' | null {
    const own = posix.basename(name).normalize('NFC');
    const stem = stemOf(name);
    const same = [...new Set([...(byBase.get(own) ?? []), ...(byBase.get(stem) ?? [])])];
    const files =
      same.length > 0
        ? same
        : [...bases.keys()].filter(
            (i) => continues(stem, itemAt(bases, i)) || continues(itemAt(bases, i), stem),
          );
    const kinship: Kinship = same.length > 0 ? 'same' : 'near';
    const claims = files.map((file): Claim => ({ file, kinship, nearness: this.#nearnessOf(image, file) }));
    // Of files that are equally near, the one higher up.
    const depth = ({ file }: Claim): number => itemAt(this.#names, file).split('/').length;
    const order = (a: Claim, b: Claim): number => b.nearness - a.nearness || depth(a) - depth(b);
    const [best, next] = claims.sort(order);
    if (best === undefined) return null;
    // If both stems are only similar, their folders do not decide.
    if (next !== undefined && (kinship === 'near' || order(best, next) === 0)) return 'several';
    return best;
  }

  #nearnessOf(image: NamedFile, file: number): number {
    const [a, b] = [image.path, itemAt(this.#paths, file)].map((path) =>
      dirname(path).replaceAll('\\', '/').split('/'),
    ) as [string[], string[]];
    const shared = (one: string[], other: string[]): number => {
      const end = one.findIndex((part, i) => part !== other[i]);
      return end < 0 ? one.length : end;
    };
    return a.join('/') === b.join('/') ? Infinity : shared(a, b) + shared(a.toReversed(), b.toReversed());
  }
}

/**
 * Which of some files belong to which of some images, wherever the files are. See {@link Companions}.
 * @param images all that may have a claim
 * @returns a pair per image that has a file
 */
export function pairFiles<Image extends NamedFile>(
  images: readonly Image[],
  paths: readonly string[],
): { image: Image; path: string }[] {
  const full = paths.map((path) => resolve(path));
  // Windows has a root per drive.
  return [...new Set(full.map((path) => parse(path).root))].flatMap((root) => {
    const below = full.filter((path) => parse(path).root === root);
    const names = below.map((path) => relative(root, path).split(sep).join('/'));
    const companions = new Companions(images, root, names);
    return images.flatMap((image) => {
      const path = companions.find(image);
      return path === null ? [] : [{ image, path }];
    });
  });
}

function keyOf({ name, path }: NamedFile): string {
  return `${path}\n${name}`;
}

/** Below 0 if the first claim is the better one. */
function compare(a: Claim, b: Claim): number {
  if (a.kinship !== b.kinship) return a.kinship === 'same' ? -1 : 1;
  return a.nearness === b.nearness ? 0 : b.nearness - a.nearness;
}

function continues(long: string, short: string): boolean {
  return short !== '' && long.startsWith(short) && /^[-_. ]/.test(long.slice(short.length));
}

/** An image of a project, for the search of its companions. */
export function namedFile({ name, files }: Pick<ImageEntry, 'name' | 'files'>): NamedFile {
  return { name, path: itemAt(files, 0).lastSeenAt };
}

/**
 * Finds the files in a folder that belong to the images of a project.
 * @throws LacssError `file-not-found`, `file-unreadable`
 */
export async function companionsOf(
  images: readonly ImageEntry[],
  folder: string,
  kind: 'labels' | 'tables',
): Promise<Companions> {
  return new Companions(images.map(namedFile), folder, await listCompanions(folder, kind));
}

/**
 * Lists the files of a folder and its subfolders that may belong to images. A folder may have images and
 * label images side by side: names that end like label images come first.
 * @param kind label images or tables
 * @returns names from the folder, with forward slashes
 * @throws LacssError `file-not-found`, `file-unreadable`
 */
export async function listCompanions(folder: string, kind: 'labels' | 'tables'): Promise<string[]> {
  const names = await filesBelow(folder);
  if (kind === 'tables') return names.filter((name) => /\.csv$/i.test(name)).sort();
  const images = names.filter((name) => isImageName(name)).sort();
  const labelled = images.filter((name) => labelledStem(name) !== null);
  return labelled.length > 0 ? labelled : images;
}

/**
 * Lists the files in a folder and below, without hidden ones.
 * @returns names from the folder, with forward slashes
 * @throws LacssError `file-not-found`, `file-unreadable`
 */
export async function filesBelow(folder: string): Promise<string[]> {
  return listBelow(resolve(folder), '').catch((error: unknown) => {
    throw fileError(error, folder, 'read');
  });
}

async function listBelow(folder: string, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const name = prefix + entry.name;
    if (entry.isDirectory()) names.push(...(await listBelow(join(folder, entry.name), `${name}/`)));
    else names.push(name);
  }
  return names;
}
