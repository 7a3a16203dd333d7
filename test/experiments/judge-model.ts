import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { meanDiameter, readReal } from '../../build/base/base-examples.ts';
import { imagesFor, type RealImage } from '../../build/base/data-use.ts';
import { labelImageOf } from '../../src-main/imaging/label/cut-labels.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import { averagePrecision } from '../../src-main/metrics/average-precision.ts';
import { matchInstances, type InstanceMatches } from '../../src-main/metrics/match-instances.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';
import { shippedModelPath } from '../../src-main/project/included-model-path.ts';
import { segmentPlanes } from '../../src-main/tasks/segmenting/segment-planes.ts';
import { withModel } from '../../src-main/tasks/models/with-model.ts';

/**
 * `npm run judge -- [MODEL] [--sets hela-phase,livecell] [--most 12] [--size own|true|0.8] [--out FOLDER]`:
 * how well a model finds cells that it was never taught, per set of real images, as the program does it.
 * It does not read images that teach the base model, or that are held out until the final run. It uses at
 * most `--most` images per set and look, always the same ones. `--size true` tells the model the true size
 * of the cells; a number is a multiple of it. It reuses results of the same weights in
 * `FOLDER/judge-….json`. Delete that file after a change of the program.
 *
 * `npm run judge -- MODEL --held-out` is the final run: all images that are held out, each once with its own
 * size estimate and once with the true size. It runs at a commit without local changes and writes
 * `docs/measured/held-out.json`. It refuses to run if that file is there.
 */

/** The figures of one set. */
interface Row {
  set: string;
  images: number;
  cells: number;
  found: number;
  ap50: number;
  ap75: number;
  fnr50: number;
  /** Assumed over true diameter of a cell: the median, the smallest and the largest of all images. */
  size: [number, number, number];
  /** Per image: name, true cells, found cells, AP50, assumed over true diameter. */
  each: [string, number, number, number, number][];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sets: { type: 'string' },
    most: { type: 'string', default: '12' },
    size: { type: 'string', default: 'own' },
    'held-out': { type: 'boolean', default: false },
    data: { type: 'string', default: fileURLToPath(new URL('../../../shared/data', import.meta.url)) },
    out: { type: 'string', default: fileURLToPath(new URL('../../reports', import.meta.url)) },
  },
});
const sizeFactor = values.size === 'true' ? 1 : Number(values.size);
if (values.size !== 'own' && !(sizeFactor > 0)) throw new Error('--size is own, true or a number.');
const wanted = values.sets?.split(',');
const modelPath = positionals[0] ?? shippedModelPath;
const stored = await loadModelFrom(modelPath);
const root = fileURLToPath(new URL('../..', import.meta.url));
if (values['held-out']) await judgeHeldOut();
else await judgeOthers();

async function judgeOthers(): Promise<void> {
  const groups = bySet(imagesFor('develop').filter(({ use }) => use !== 'teaches'));
  mkdirSync(values.out, { recursive: true });
  const name = [
    basename(modelPath, '.lacss'),
    values.size,
    values.most,
    stored.card.weights.sha256.slice(0, 8),
  ];
  const path = join(resolve(values.out), `judge-${name.join('-')}.json`);
  const rows = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Row[]) : [];
  await withModel(stored, 'onnx', async (loaded) => {
    const network = networkOf(loaded.model.inference);
    for (const [set, images] of groups) {
      if (rows.some((row) => row.set === set)) continue;
      const factor = values.size === 'own' ? null : sizeFactor;
      rows.push(await judge(set, spread(images, Number(values.most)), network, factor));
      writeFileSync(path, JSON.stringify(rows, null, 2) + '\n');
    }
  });
  process.stdout.write(`${table(rows.filter(({ set }) => groups.has(set)))}\n`);
}

async function judgeHeldOut(): Promise<void> {
  const git = (...words: string[]): string =>
    execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
  const path = join(root, 'docs', 'measured', 'held-out.json');
  if (existsSync(path)) throw new Error(`The final run has been made: ${path}.`);
  if (git('status', '--porcelain') !== '') throw new Error('Commit all changes before the final run.');
  const commit = git('rev-parse', '--short=8', 'HEAD');
  const rows: Record<'own' | 'true', Row[]> = { own: [], true: [] };
  await withModel(stored, 'onnx', async (loaded) => {
    const network = networkOf(loaded.model.inference);
    for (const [set, images] of bySet(imagesFor('final'))) {
      rows.own.push(await judge(set, images, network, null));
      rows.true.push(await judge(set, images, network, 1));
    }
  });
  const { sha256 } = stored.card.weights;
  const log = { commit, at: new Date().toISOString(), model: basename(modelPath), sha256, ...rows };
  writeFileSync(path, await format(JSON.stringify(log), { ...(await resolveConfig(path)), parser: 'json' }));
  process.stdout.write(`own estimate\n${table(rows.own)}\n\ntrue size\n${table(rows.true)}\n`);
}

/** Images with outlines by set, and by look where a set has several. */
function bySet(images: readonly RealImage[]): Map<string, RealImage[]> {
  const groups = new Map<string, RealImage[]>();
  for (const image of images) {
    if (image.label === null || wanted?.includes(image.set) === false) continue;
    const group = image.look.startsWith(image.set) ? image.look : image.set;
    groups.set(group, [...(groups.get(group) ?? []), image]);
  }
  return groups;
}

/** @param factor of the true cell size that the model is told; `null`: it estimates the size */
async function judge(
  set: string,
  images: readonly RealImage[],
  network: ReturnType<typeof networkOf>,
  factor: number | null,
): Promise<Row> {
  const matches: InstanceMatches[] = [];
  const each: Row['each'] = [];
  for (const image of images) {
    const { plane, labels, pixelSizeUm } = await readReal(image, values.data);
    const trueDiameterPx = meanDiameter(labels);
    const found = await segmentPlanes(
      [plane],
      pixelSizeUm,
      { network, card: stored.card },
      factor === null ? {} : { diameterPx: factor * trueDiameterPx },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    const match = matchInstances(labelImageOf(found.labels), found.scores, labels);
    matches.push(match);
    const { averagePrecision: precisions, truthCount, predictionCount } = averagePrecision([match]);
    each.push([image.name, truthCount, predictionCount, precisions[0]!, found.diameterPx / trueDiameterPx]);
    process.stderr.write(`${set} ${each.at(-1)!.map(short).join(' ')}\n`);
  }
  const pooled = averagePrecision(matches);
  const sizes = each.map(([, , , , size]) => size).sort((a, b) => a - b);
  return {
    set,
    images: images.length,
    cells: pooled.truthCount,
    found: pooled.predictionCount,
    ap50: pooled.averagePrecision[0]!,
    ap75: pooled.averagePrecision[5]!,
    fnr50: pooled.falseNegativeRate[0]!,
    size: [sizes[Math.floor(sizes.length / 2)]!, sizes[0]!, sizes.at(-1)!],
    each,
  };
}

/** Up to this many images, spread evenly over the list. */
function spread<T>(images: readonly T[], most: number): T[] {
  const step = Math.max(1, images.length / most);
  return images.filter((_, k) => Math.floor(k / step) !== Math.floor((k - 1) / step));
}

function table(some: readonly Row[]): string {
  const lines = some.map(({ set, images, cells, found, ap50, ap75, fnr50, size }) => [
    set,
    String(images),
    String(cells),
    String(found),
    ...[ap50, ap75, fnr50].map((value) => value.toFixed(3)),
    `${size[0].toFixed(2)} (${size[1].toFixed(2)}–${size[2].toFixed(2)})`,
  ]);
  const headings = ['set', 'images', 'cells', 'found', 'AP50', 'AP75', 'FNR50', 'assumed over true size'];
  return [headings, headings.map(() => '---'), ...lines].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function short(value: string | number): string {
  return typeof value === 'string' || Number.isInteger(value) ? String(value) : value.toFixed(3);
}
