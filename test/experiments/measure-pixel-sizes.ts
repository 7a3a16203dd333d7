/**
 * Reads the pixel size of every image below a folder, and writes those that have one as a table into
 * `docs/measured/truth.md`.
 *
 * npx tsx test/experiments/measure-pixel-sizes.ts [FOLDER]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openImage } from '../../src-main/imaging/open-image.ts';
import { fileBytes } from '../../src-main/project/file-bytes.ts';
import { listImageFiles } from '../../src-main/project/list-image-files.ts';

const begin = '<!-- pixel sizes: written by test/experiments/measure-pixel-sizes.ts -->';
const end = '<!-- end of pixel sizes -->';
const heading = `## Pixel sizes of the real images

\`npx tsx test/experiments/measure-pixel-sizes.ts\` opens every image of \`../shared/data\` and writes this table. The stack of
ImageJ's tests says \`unit=micron\` beside 72 dots per inch; what a file says in µm is taken as it is.`;
const page = fileURLToPath(new URL('../../docs/measured/truth.md', import.meta.url));

interface Row {
  y: string;
  x: string;
  names: string[];
}

const digits = (um: number): string => String(Number(um.toPrecision(6)));

/** The first and the last of a folder's names that differ only in their numbers. */
function shorten(names: readonly string[]): string[] {
  const alike = new Map<string, string[]>();
  for (const name of names) {
    const key = name.replace(/\d+/g, '#');
    alike.set(key, [...(alike.get(key) ?? []), name]);
  }
  const code = (name: string): string => `\`${name}\``;
  return [...alike.values()].flatMap((group) =>
    group.length < 3
      ? group.map(code)
      : [`${code(group[0]!)} … ${code(group.at(-1)!)} (${group.length} files)`],
  );
}

async function measure(folder: string): Promise<string> {
  const rows = new Map<string, Row>();
  const counts = { files: 0, calibrated: 0, unreadable: 0 };
  for (const { path, name } of await listImageFiles([folder])) {
    counts.files++;
    try {
      const [source] = await openImage(await fileBytes(path), basename(path));
      const size = source?.pixelSizeUm ?? null;
      if (size === null) continue;
      counts.calibrated++;
      const [y, x] = [digits(size.y), digits(size.x)];
      const key = `${name.split('/').slice(0, -1).join('/')} ${y} ${x}`;
      const row = rows.get(key) ?? { y, x, names: [] };
      rows.set(key, { ...row, names: [...row.names, name] });
    } catch {
      counts.unreadable++;
    }
  }
  const lines = [...rows.values()].flatMap(({ y, x, names }) =>
    shorten(names).map((name) => `| ${name} | ${x} | ${y} |`),
  );
  return [
    begin,
    '',
    `Of ${counts.files} TIFF and PNG files, ${counts.calibrated} hold a pixel size; ${counts.unreadable} are refused.`,
    '',
    '| file | x, µm per pixel | y, µm per pixel |',
    '| --- | --- | --- |',
    ...lines,
    '',
    end,
  ].join('\n');
}

const data = resolve(process.argv[2] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url)));
const text = readFileSync(page, 'utf8');
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
const table = await measure(data);
const hasPlace = from >= 0 && to > from;
writeFileSync(
  page,
  hasPlace ? text.slice(0, from) + table + text.slice(to + end.length) : `${text}\n${heading}\n\n${table}\n`,
);
