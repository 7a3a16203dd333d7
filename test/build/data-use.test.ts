import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  imagesFor,
  readableFiles,
  readDataUse,
  requireReadable,
  type Purpose,
} from '../../build/base/data-use.ts';
import { experimentSchema, requireReadableExperiment } from '../experiments/experiment.ts';
import { teachExperimentSchema } from '../experiments/teach-experiment.ts';
import { hasSharedData, sharedData } from '../fixtures/shared-data.ts';

const use = readDataUse();
const experiments = fileURLToPath(new URL('../experiments/', import.meta.url));
const page = readFileSync(new URL('../../docs/data-licences.md', import.meta.url), 'utf8');

test('no image is both taught and judged, and only the final run reads what is held out', () => {
  const files = (purpose: Purpose): Set<string> => new Set(imagesFor(purpose).map(({ image }) => image));
  const [teach, develop, final] = [files('teach'), files('develop'), files('final')];
  expect(final.size).toBeGreaterThan(50);
  expect([...final].filter((image) => develop.has(image) || teach.has(image))).toEqual([]);
  const kept = imagesFor('develop').filter((each) => each.use === 'kept');
  expect(kept.length).toBeGreaterThan(50);
  expect(kept.filter(({ image }) => teach.has(image))).toEqual([]);
});

test('an image is in one experiment only', () => {
  for (const [set, { experiments: divided }] of Object.entries(use.sets)) {
    const images = Object.values(divided).flatMap((each) => each.images);
    expect(new Set(images).size, set).toBe(images.length);
  }
});

test('no image teaches whose licence does not allow it', () => {
  for (const [set, { teach, experiments: divided }] of Object.entries(use.sets)) {
    const uses = new Set(Object.values(divided).map((each) => each.use));
    if (!teach) expect([uses.has('teaches'), uses.has('kept')], set).toEqual([false, false]);
  }
  expect(new Set(imagesFor('teach').map(({ set }) => use.sets[set]!.teach))).toEqual(new Set([true]));
});

test('every experiment of the repository reads only what it may', () => {
  for (const file of readdirSync(experiments).filter((name) => name.endsWith('.json'))) {
    const json: unknown = JSON.parse(readFileSync(experiments + file, 'utf8'));
    if (file.startsWith('teach-')) {
      const { data, correct, test: judged, known } = teachExperimentSchema.parse(json);
      requireReadable([data], [...correct, ...judged]);
      if (!('generated' in known)) requireReadable([known.data], known.images);
    } else requireReadableExperiment(experimentSchema.parse(json));
  }
});

test('an experiment with an image that is held out, or unknown, is refused by name', () => {
  const [heldOut] = imagesFor('final');
  const [other] = imagesFor('develop').filter(({ set }) => set === heldOut!.set);
  const hela = experimentSchema.parse(JSON.parse(readFileSync(`${experiments}hela-full.json`, 'utf8')));
  const judged = (name: string) => ({ ...hela, data: heldOut!.set, train: [other!.name], test: [name] });
  expect(() => requireReadableExperiment(judged(heldOut!.name))).toThrow(
    `${heldOut!.name} of ${heldOut!.set} is held out until the final run`,
  );
  expect(() => requireReadableExperiment(judged('unheard_of'))).toThrow('unheard_of');
  requireReadableExperiment(judged(other!.name));
});

test('the page on licences names every set, its licence, and whether it may teach', () => {
  for (const [set, { licence, teach }] of Object.entries(use.sets)) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${set}\` |`));
    expect(row, set).toBeDefined();
    expect(row).toContain(`| ${licence} | ${teach ? 'yes' : 'no'} |`);
  }
});

test.skipIf(!hasSharedData)('every file of the rules exists, and the files to add have none held out', () => {
  for (const { image, label } of [...imagesFor('develop'), ...imagesFor('final')]) {
    expect(existsSync(sharedData(image)), image).toBe(true);
    if (label !== null) expect(existsSync(sharedData(label)), label).toBe(true);
  }
  const heldOut = new Set(
    imagesFor('final').flatMap(({ image, label }) => [image, label!].map((path) => basename(path))),
  );
  for (const set of Object.keys(use.sets)) {
    const files = readableFiles(sharedData(''), set).map((path) => basename(path));
    expect(files.filter((file) => heldOut.has(file))).toEqual([]);
    const readable = imagesFor('develop').filter((each) => each.set === set);
    for (const { image } of readable) expect(files).toContain(basename(image));
  }
});
