import { basename, dirname } from 'node:path/posix';
import type { ImageEntry } from '../contract/project-files.ts';

/** An image that an entry of a COCO file may belong to. */
type NamedImage = Pick<ImageEntry, 'name' | 'files'>;

/** The entry of a COCO file that belongs to an image. */
export type CocoClaim =
  | { kind: 'one'; entry: string }
  /** It fits several entries equally well. */
  | { kind: 'several'; entries: string[] }
  /** The entry fits another image of the project equally well. */
  | { kind: 'shared'; entry: string; rival: string };

interface Fit {
  entry: string;
  rank: number;
}

/**
 * Which entries of a COCO file belong to which images of a project. An entry has the name of its image, or
 * the name of one of its files. Where several fit, their folders decide. No image takes the entry of another.
 */
export class CocoEntries {
  readonly #best = new Map<string, Fit[]>();
  readonly #entries: readonly string[];
  /** By entry, the images for which it is the best entry, best first. */
  readonly #claimants = new Map<string, { image: string; rank: number }[]>();

  /**
   * @param images all images of the project, also those that are not asked about
   * @param entries the names in the file, with or without folders
   */
  constructor(images: readonly NamedImage[], entries: readonly string[]) {
    this.#entries = entries;
    const byName = new Map(entries.map((entry) => [entry.normalize('NFC'), entry]));
    const byBase = new Map<string, string[]>();
    for (const entry of entries) {
      const base = basename(slashed(entry));
      byBase.set(base, [...(byBase.get(base) ?? []), entry]);
    }
    for (const image of images) {
      const best = bestOf(image, byName, byBase);
      this.#best.set(image.name, best);
      const [only, other] = best;
      if (only === undefined || other !== undefined) continue;
      const claimants = [...(this.#claimants.get(only.entry) ?? []), { image: image.name, rank: only.rank }];
      this.#claimants.set(
        only.entry,
        claimants.sort((a, b) => b.rank - a.rank),
      );
    }
  }

  /** The entries that fit no image. */
  get unclaimed(): string[] {
    const fitting = new Set([...this.#best.values()].flatMap((fits) => fits.map(({ entry }) => entry)));
    return this.#entries.filter((entry) => !fitting.has(entry));
  }

  /** @returns null if the file has no entry for the image */
  of({ name }: NamedImage): CocoClaim | null {
    const best = this.#best.get(name) ?? [];
    const [fit, other] = best;
    if (fit === undefined) return null;
    if (other !== undefined) return { kind: 'several', entries: best.map(({ entry }) => entry) };
    const rivals = (this.#claimants.get(fit.entry) ?? []).filter(({ image }) => image !== name);
    const [rival] = rivals;
    if (rival === undefined || rival.rank < fit.rank) return { kind: 'one', entry: fit.entry };
    return rival.rank > fit.rank ? null : { kind: 'shared', entry: fit.entry, rival: rival.image };
  }
}

/** The entries that fit an image best; several if they fit equally well. */
function bestOf(
  { name, files }: NamedImage,
  byName: ReadonlyMap<string, string>,
  byBase: ReadonlyMap<string, readonly string[]>,
): Fit[] {
  const own = byName.get(name.normalize('NFC'));
  if (own !== undefined) return [{ entry: own, rank: Infinity }];
  const paths = files.map(({ lastSeenAt }) => slashed(lastSeenAt));
  const bases = new Set([name.normalize('NFC'), ...paths.map((path) => basename(path))]);
  const fits = [...bases].flatMap((base) =>
    (byBase.get(base) ?? []).map((entry): Fit => ({ entry, rank: rankOf(entry, paths) })),
  );
  const rank = Math.max(...fits.map((fit) => fit.rank));
  return fits.filter((fit) => fit.rank === rank);
}

/**
 * Number of folders, from the last one up, that an entry shares with the files of an image. 0.5 if the entry
 * names no folder.
 */
function rankOf(entry: string, paths: readonly string[]): number {
  const folders = foldersOf(slashed(entry));
  if (folders.length === 0) return 0.5;
  const shared = paths.map((path) => {
    const others = foldersOf(path);
    const end = folders.findIndex((folder, i) => folder !== others[i]);
    return end < 0 ? folders.length : end;
  });
  return Math.max(...shared);
}

/** The folders of a path, the last one first. */
function foldersOf(path: string): string[] {
  return dirname(path)
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .reverse();
}

function slashed(path: string): string {
  return path.normalize('NFC').replaceAll('\\', '/');
}
