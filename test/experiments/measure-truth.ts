/**
 * Writes every label image of the real data in every format that holds pixels, reads each file by the rule of
 * its readers, and counts the pixels that differ. `npx tsx test/experiments/measure-truth.ts` fills the table
 * in docs/measured/truth.md. `--out FOLDER` keeps the label images and COCO and GeoJSON files for
 * `test/golden/check-exports.py`. `--predictions FOLDER` adds a row for a model's cells: label images of
 * `lacss segment --output FOLDER`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { coco } from '../../src-main/formats/coco.ts';
import { geojson } from '../../src-main/formats/geojson.ts';
import { traceContours } from '../../src-main/imaging/contours/trace-contours.ts';
import { labelImageOf } from '../../src-main/imaging/label/cut-labels.ts';
import { listCompanions, labelledStem } from '../../src-main/project/companion-file.ts';
import { readLabelFile } from '../../src-main/project/read-label-image.ts';
import { sharedData } from '../fixtures/shared-data.ts';
import { comparePixels, pixelFormats } from '../formats/pixel-exact.ts';

const { values } = parseArgs({
  options: { data: { type: 'string' }, out: { type: 'string' }, predictions: { type: 'string' } },
});
const data = values.data ?? sharedData('');

interface Row {
  images: number;
  cells: number;
  pixels: number;
  /** By format: cells and pixels that differ. */
  wrong: Record<string, [cells: number, pixels: number]>;
}
const rows = new Map<string, Row>();

for (const name of await listCompanions(data, 'labels')) {
  const [folder = ''] = name.split('/');
  // The zoo holds test files of other programs, broken ones among them.
  if (folder === 'tiff-zoo' || labelledStem(name) === null) continue;
  await measure(folder, join(data, name), name);
}
if (values.predictions !== undefined) {
  for (const name of await listCompanions(values.predictions, 'labels')) {
    await measure('found by a model', join(values.predictions, name), name);
  }
}

/** Adds one label image to a row. */
async function measure(folder: string, path: string, name: string): Promise<void> {
  const labels = labelImageOf(await readLabelFile(path));
  const row = rows.get(folder) ?? { images: 0, cells: 0, pixels: 0, wrong: {} };
  rows.set(folder, row);
  row.images++;
  for (const [i, [format, read]] of Object.entries(pixelFormats).entries()) {
    const { cells, pixels, wrongCells, wrongPixels } = await comparePixels(labels, read);
    if (i === 0) row.cells += cells;
    if (i === 0) row.pixels += pixels;
    const [badCells, badPixels] = row.wrong[format] ?? [0, 0];
    row.wrong[format] = [badCells + wrongCells, badPixels + wrongPixels];
  }
  if (values.out !== undefined) {
    const base = join(values.out, name.replaceAll('/', '--').replace(/\.[^.]*$/, ''));
    await mkdir(values.out, { recursive: true });
    await writeFile(`${base}.coco.json`, coco([{ fileName: name, name, labels }]));
    await writeFile(`${base}.geojson`, geojson(traceContours(labels)));
    await writeFile(`${base}.labels`, new Uint8Array(Int32Array.of(labels.height, labels.width).buffer));
    await writeFile(`${base}.labels`, Buffer.from(labels.data.buffer), { flag: 'a' });
  }
  process.stderr.write(`${name}\n`);
}

const formats = Object.keys(pixelFormats);
const line = (cells: (string | number)[]): string => `| ${cells.join(' | ')} |`;
const table = [
  line([
    'data',
    'images',
    'cells',
    'pixels of cells',
    ...formats.map((format) => `${format}: cells, pixels that differ`),
  ]),
  line(['---', ...Array.from({ length: 3 + formats.length }, () => '--:')]),
];
const all: Row = { images: 0, cells: 0, pixels: 0, wrong: {} };
for (const [folder, row] of [...rows].sort(([a], [b]) => a.localeCompare(b))) {
  table.push(rowText(folder, row));
  all.images += row.images;
  all.cells += row.cells;
  all.pixels += row.pixels;
  for (const format of formats) {
    const [cells, pixels] = all.wrong[format] ?? [0, 0];
    all.wrong[format] = [cells + row.wrong[format]![0], pixels + row.wrong[format]![1]];
  }
}
table.push(rowText('**all**', all));

function rowText(name: string, { images, cells, pixels, wrong }: Row): string {
  const count = (value: number): string => value.toLocaleString('en');
  return line([
    name,
    images,
    count(cells),
    count(pixels),
    ...formats.map((format) => wrong[format]!.join(', ')),
  ]);
}

const path = fileURLToPath(new URL('../../docs/measured/truth.md', import.meta.url));
const text = await readFile(path, 'utf8');
const [begin, end] = [
  '<!-- pixels of exports: written by test/experiments/measure-truth.ts -->',
  '<!-- end of pixels of exports -->',
];
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) throw new RangeError(`no place for the table in ${path}`);
await writeFile(path, `${text.slice(0, from)}${begin}\n\n${table.join('\n')}\n\n${text.slice(to)}`);
