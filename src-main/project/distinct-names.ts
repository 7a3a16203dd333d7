import { posix } from 'node:path';
import { itemAt } from '../contract/elements.ts';

/** The name of an image, and its file. */
export interface NamedFile {
  name: string;
  path: string;
}

/**
 * Equal for names that a file system does not distinguish: upper and lower case, composed and decomposed
 * letters. Upper case comes first, because `ß` becomes `SS`.
 */
export function nameKey(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

/** Objects and JSON of records by name lose this name. */
const lostKey = '__proto__';

/**
 * Gives all images different names. Images of equal names get the shortest folder that distinguishes them
 * (`plateA/A01`, `plateB/A01`). If no folder does, they get their endings (`y.tif`, `y.tiff`), or a number
 * (`a (2)`). Names that differ only in case or Unicode form count as equal, because files are named after
 * them. No image is called `__proto__`.
 *
 * @param others images that have their names already
 */
export function distinctNames(items: readonly NamedFile[], others: readonly NamedFile[] = []): string[] {
  const used = new Set([lostKey, ...others.map(({ name }) => nameKey(name))]);
  const groups = new Map<string, number[]>();
  for (const [i, { name }] of items.entries()) {
    const key = nameKey(name);
    groups.set(key, [...(groups.get(key) ?? []), i]);
  }
  const names = items.map(({ name }) => name);
  const clashes = [...groups].filter(([key, members]) => members.length > 1 || used.has(key));
  for (const [key, members] of groups) if (members.length === 1) used.add(key);
  for (const [clash, members] of clashes) {
    const own = members.map((i) => itemAt(items, i));
    // The new names must also differ from the other images of this name.
    const alike = others.filter(({ name }) => nameKey(name) === clash);
    const found = variantsOf([...own, ...alike]).find((variant) => {
      const keys = variant.map(nameKey);
      const free = keys.slice(0, own.length).every((key) => !used.has(key));
      return free && new Set(keys).size === keys.length;
    });
    for (const [k, i] of members.entries()) {
      const name = found?.[k] ?? numbered(itemAt(own, k).name, used);
      names[i] = name;
      used.add(nameKey(name));
    }
  }
  return names;
}

/**
 * Other names of some images, the shortest first: with one more folder each, without and with their endings.
 */
function variantsOf(items: readonly NamedFile[]): string[][] {
  const folders = items.map(({ path }) =>
    posix
      .dirname(path.replaceAll('\\', '/'))
      .split('/')
      .filter((part) => part !== '' && part !== '.' && part !== '..' && !part.includes(':')),
  );
  const deepest = Math.max(...folders.map(({ length }) => length));
  return Array.from({ length: deepest + 1 }, (_, more) =>
    [false, true].map((withEnding) =>
      items.map(({ name, path }, i) => {
        const parts = name.split('/');
        const base = parts.pop()! + (withEnding ? posix.extname(path) : '');
        const above = parts.length + more > 0 ? itemAt(folders, i).slice(-(parts.length + more)) : [];
        return [...(more === 0 ? parts : above), base].join('/');
      }),
    ),
  ).flat();
}

function numbered(name: string, used: ReadonlySet<string>): string {
  if (!used.has(nameKey(name))) return name;
  for (let number = 2; ; number++) {
    const next = `${name} (${number})`;
    if (!used.has(nameKey(next))) return next;
  }
}

/** Paths from the folder that all of them are in, with forward slashes: `plateA/A01.tif`. */
export function pathsFromCommonFolder(paths: readonly string[]): string[] {
  const split = paths.map((path) => path.replaceAll('\\', '/').split('/'));
  const [first = []] = split;
  let common = split.reduce((least, { length }) => Math.min(least, length - 1), first.length);
  for (let i = 0; i < common; i++) if (split.some((parts) => parts[i] !== first[i])) common = i;
  return split.map((parts) => parts.slice(common).join('/'));
}
