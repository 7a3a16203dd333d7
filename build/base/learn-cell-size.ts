import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { itemAt, numberAt } from '../../src-main/contract/elements.ts';
import {
  lookWindowsPx,
  mostProbableSize,
  probabilities,
  sizeSignals,
  sizeSigns,
  sureSize,
  triedDiametersPx,
} from '../../src-main/inference/find-cell-size.ts';
import type { SizeSignals } from '../../src-main/inference/find-cell-size.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';
import { includedModelPath } from '../../src-main/project/included-model-path.ts';
import { generateLookImage } from '../../src-main/sample/generate-look-image.ts';
import { lookSettings } from '../../src-main/sample/look-settings.ts';
import { withModel } from '../../src-main/tasks/models/with-model.ts';
import { baseModel } from '../../src-main/contract/shipped-model.ts';
import { meanDiameter, readReal } from './base-examples.ts';
import type { ReadImage } from './base-examples.ts';
import { imagesFor } from './data-use.ts';

/**
 * `npx tsx build/base/learn-cell-size.ts --out FOLDER [--most 6]`: learns how signals of the base model tell
 * the cell size (`resources/cell-size.json`), and prints how well that works on groups of images that it did
 * not learn from. It reads `--most` images per set, look and use, and two generated images per look. Images
 * that are held out are not read. The folder keeps the signals of each image, and another run reuses them.
 */

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: fileURLToPath(new URL('../../../shared/data', import.meta.url)) },
    out: { type: 'string' },
    most: { type: 'string', default: '6' },
  },
});
if (values.out === undefined) throw new Error('Give --out, a folder for the signals.');

interface Case {
  name: string;
  /** Images of one group resemble each other. */
  group: string;
  read: () => Promise<Pick<ReadImage, 'plane' | 'labels'>>;
}

interface Measured {
  name: string;
  group: string;
  trueDiameterPx: number;
  signals: SizeSignals[];
}

/** The images as each look shows them, in the same order. */
const looks: Measured[][] = [];
const base = await loadModelFrom(includedModelPath(baseModel.id)!);
await withModel(base, 'onnx', async ({ model }) => {
  const network = networkOf(model.inference);
  for (const windowPx of lookWindowsPx) {
    const path = join(values.out!, `cell-sizes-${windowPx}.json`);
    const known = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Measured[]) : [];
    const measured: Measured[] = [];
    for (const { name, group, read } of cases()) {
      const before = known.find((each) => each.name === name);
      if (before !== undefined) {
        measured.push(before);
        continue;
      }
      const { plane, labels } = await read();
      const { signal } = new AbortController();
      const signals = await sizeSignals(network, [plane], { signal }, windowPx);
      const image = { name, group, trueDiameterPx: meanDiameter(labels), signals };
      measured.push(image);
      known.push(image);
      writeFileSync(path, JSON.stringify(known));
      process.stderr.write(`${windowPx} px, ${name}\n`);
    }
    looks.push(measured);
  }
});

const groups = new Set(itemAt(looks, 0).map(({ group }) => group));
const errors: number[] = [];
let again = 0;
for (const group of groups) {
  const weights = looks.map((measured) => learn(measured.filter((image) => image.group !== group)));
  for (const [k, image] of itemAt(looks, 0).entries()) {
    if (image.group !== group) continue;
    const found = await sureSize((look) => {
      if (look > 0) again++;
      return mostProbableSize(itemAt(itemAt(looks, look), k).signals, itemAt(weights, look));
    });
    const factor = (found ?? NaN) / image.trueDiameterPx;
    errors.push(Math.abs(Math.log2(factor)));
    if (errors.at(-1)! > Math.log2(1.5)) {
      process.stdout.write(
        `${image.name}: ${(found ?? NaN).toFixed(0)} instead of ${image.trueDiameterPx.toFixed(0)} px\n`,
      );
    }
  }
}
errors.sort((a, b) => a - b);
const median = numberAt(errors, Math.floor(errors.length / 2));
const far = errors.filter((error) => error > Math.log2(1.5)).length;
process.stdout.write(
  `${errors.length} images of ${groups.size} groups, each group estimated by the others: median factor ` +
    `${(2 ** median).toFixed(3)}, ${far} beyond 1.5; ${again} needed a second look\n`,
);
const learned = lookWindowsPx.map((windowPx, look) => ({
  windowPx,
  weights: learn(itemAt(looks, look)).map((weight) => Number(weight.toPrecision(5))),
}));
writeFileSync(
  fileURLToPath(new URL('../../resources/cell-size.json', import.meta.url)),
  `${JSON.stringify({ looks: learned }, null, 2)}\n`,
);

/** The images to learn from. */
function cases(): Case[] {
  const sets = new Map<string, Case[]>();
  for (const image of imagesFor('develop')) {
    if (image.label === null) continue;
    const group = image.look.startsWith(image.set) ? image.look : image.set;
    const key = `${group} ${image.use}`;
    const read = (): Promise<ReadImage> => readReal(image, values.data);
    sets.set(key, [...(sets.get(key) ?? []), { name: `${image.set}/${image.name}`, group, read }]);
  }
  const most = Number(values.most);
  const real = [...sets.values()].flatMap((all) => {
    const step = Math.max(1, all.length / most);
    return all.filter((_, k) => Math.floor(k / step) !== Math.floor((k - 1) / step));
  });
  const generated = Object.entries(lookSettings).flatMap(([look, settings]) =>
    [9_100_001, 9_100_002].map((seed) => ({
      name: `generated ${look} ${seed}`,
      group: `generated ${look}`,
      read: () => Promise.resolve(generateLookImage(settings, seed, 480)),
    })),
  );
  return [...real, ...generated];
}

/** Weights by multinomial logistic regression, with the true size spread over its neighbours. */
function learn(images: readonly Measured[]): number[] {
  const signs = images.map(({ signals }) => sizeSigns(signals));
  const count = itemAt(itemAt(signs, 0), 0).length;
  const spreads = Array.from({ length: count }, (_, j) => {
    const all = signs.flatMap((rows) => rows.map((row) => numberAt(row, j)));
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    return Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length) + 1e-6;
  });
  const scaled = signs.map((rows) => rows.map((row) => row.map((value, j) => value / numberAt(spreads, j))));
  const wanted = images.map(({ trueDiameterPx }) => {
    const place = 2 * Math.log2(trueDiameterPx / numberAt(triedDiametersPx, 0));
    const shares = triedDiametersPx.map((_, k) => Math.exp(-1.2 * (k - place) ** 2));
    const total = shares.reduce((sum, share) => sum + share, 0);
    return shares.map((share) => share / total);
  });
  // Large groups count less per image.
  const importance = images.map(
    ({ group }) => 1 / Math.sqrt(images.filter((other) => other.group === group).length),
  );
  const total = importance.reduce((sum, value) => sum + value, 0);
  const weights = new Array<number>(count).fill(0);
  const [first, second] = [new Float64Array(count), new Float64Array(count)];
  for (let step = 1; step <= 2000; step++) {
    const gradient = weights.map((weight) => 0.05 * weight);
    scaled.forEach((rows, n) => {
      const share = probabilities(rows, weights);
      rows.forEach((row, k) => {
        const error =
          (numberAt(importance, n) / total) * (numberAt(share, k) - numberAt(itemAt(wanted, n), k));
        for (let j = 0; j < count; j++) gradient[j]! += error * numberAt(row, j);
      });
    });
    for (let j = 0; j < count; j++) {
      first[j] = 0.9 * first[j]! + 0.1 * gradient[j]!;
      second[j] = 0.999 * second[j]! + 0.001 * gradient[j]! ** 2;
      const rate = 0.03 / (Math.sqrt(second[j]! / (1 - 0.999 ** step)) + 1e-9);
      weights[j]! -= (rate * first[j]!) / (1 - 0.9 ** step);
    }
  }
  return weights.map((weight, j) => weight / numberAt(spreads, j));
}
