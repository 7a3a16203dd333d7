import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultTrainingSettings } from '../../src-main/contract/training.ts';
import type { TrainingRun } from '../../src-main/contract/training-run.ts';
import { packModel, unpackModel } from '../../src-main/project/model-file.ts';
import { inputChannelsOf, scaleFor } from '../../src-main/project/model-inputs.ts';
import { loadModelFrom, ModelStore } from '../../src-main/project/model-store.ts';
import { storedModel } from '../fixtures/stored-model.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

function run(startedAt: number): TrainingRun {
  return {
    name: 'run',
    startedAt: new Date(startedAt).toISOString(),
    preset: 'tiny',
    channels: ['cells'],
    training: ['a'],
    validation: [],
    useLabels: true,
    startedFrom: null,
    settings: defaultTrainingSettings,
  };
}

test('models are listed newest first, found by id or name, renamed and removed', async () => {
  const store = new ModelStore(temporaryFolder());
  expect(await store.list()).toEqual([]);
  for (const weight of [1, 2])
    await store.save(await store.newId('tiny'), storedModel(`model ${weight}`, weight));
  expect((await store.list()).map(({ id, card }) => [id, card.name])).toEqual([
    ['tiny-2', 'model 2'],
    ['tiny-1', 'model 1'],
  ]);
  await store.rename('tiny-1', 'the good one');
  expect(await store.load('the good one')).toEqual({ id: 'tiny-1', ...storedModel('the good one', 1) });
  await store.remove('tiny-2');
  expect((await store.list()).map(({ id }) => id)).toEqual(['tiny-1']);
  await expect(store.load('tiny-2')).rejects.toMatchObject({
    code: 'model-invalid',
    remedy: 'It has tiny-1.',
  });
});

describe('a model whose card cannot be read', () => {
  /** A store of two models. The model card of the newer one was changed. */
  async function damagedStore(change: (text: string) => string): Promise<ModelStore> {
    const store = new ModelStore(temporaryFolder());
    await store.save('tiny-1', storedModel('whole', 1));
    await store.save('tiny-2', storedModel('spoilt', 2));
    const path = join(store.path('tiny-2'), 'card.json');
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    return store;
  }

  test.each([
    ['cut short', (text: string) => text.slice(0, 200), 'tiny-2', 'is not valid JSON'],
    [
      'of a newer version',
      (text: string) => text.replace('"version": 1', '"version": 2'),
      'spoilt',
      'was written by a newer LACSS Studio (version 2; this program supports 1)',
    ],
    [
      'with another preset',
      (text: string) => text.replace('"tiny"', '"huge"'),
      'spoilt',
      'has an invalid value: preset',
    ],
    [
      'with other weights',
      (text: string) => text.replace('"float32"', '"float64"'),
      'spoilt',
      'has an invalid value: 0.weights.0.dtype',
    ],
  ])('%s, leaves the others usable, is named with what is wrong, and stays', async (...given) => {
    const [, change, name, problem] = given;
    const store = await damagedStore(change);
    const path = join(store.path('tiny-2'), 'card.json');
    const before = readFileSync(path);
    const error = {
      code: 'model-invalid',
      subject: path,
      message: expect.stringContaining(problem) as string,
      remedy: expect.stringMatching(/^(Restore an earlier copy|Update LACSS Studio)/) as string,
    };
    expect((await store.list()).map(({ id }) => id)).toEqual(['tiny-1']);
    expect((await store.survey()).damaged).toMatchObject([{ id: 'tiny-2', name, error }]);
    expect(await store.load('whole')).toMatchObject({ id: 'tiny-1' });
    await expect(store.load('tiny-2')).rejects.toMatchObject(error);
    await expect(store.find(name)).rejects.toMatchObject(error);
    await expect(store.rename('tiny-2', 'other')).rejects.toMatchObject(error);
    await expect(store.find('tiny-3')).rejects.toMatchObject({ remedy: 'It has tiny-1.' });
    expect(await store.newId('tiny')).toBe('tiny-3');
    expect(await store.unfinished()).toEqual([]);
    expect(readFileSync(path)).toEqual(before);
  });

  test('in a file that was exported is told of in the same words', () => {
    const model = storedModel('later', 1);
    const file = packModel({ ...model, card: { ...model.card, version: 2 as 1 } });
    expect(() => unpackModel(file, 'later.lacss')).toThrow(
      'later.lacss/card.json was written by a newer LACSS Studio (version 2; this program supports 1).',
    );
  });
});

test('an id comes from the name, and is never taken twice', async () => {
  const store = new ModelStore(temporaryFolder());
  expect(await store.newId('small', 'A431 (March)')).toBe('a431-march');
  await store.save('a431-march', storedModel('A431 (March)', 1));
  expect(await store.newId('small', 'A431 (March)')).toBe('a431-march-2');
  expect(await store.newId('small', 'Generated cells')).toBe('generated-cells-2'); // that one comes with the program
});

test('an interrupted training is no model, can be gone on with, and keeps its newest checkpoint', async () => {
  const store = new ModelStore(temporaryFolder());
  await store.writeRun('older', run(1));
  await store.writeRun('newer', run(2));
  expect(await store.list()).toEqual([]);
  expect(await store.findResumable('newest')).toBe('newer');
  expect(await store.findResumable('older')).toBe('older');
  expect(await store.readCheckpoint('newer')).toBeNull();
  await store.saveCheckpoint('newer', Uint8Array.of(1));
  await store.saveCheckpoint('newer', Uint8Array.of(2));
  expect([...(await store.readCheckpoint('newer'))!]).toEqual([2]);
  await store.save('newer', storedModel('newer', 1));
  await store.removeCheckpoints('newer');
  expect(await store.unfinished()).toEqual(['older']);
  await expect(store.findResumable('newer')).rejects.toMatchObject({ code: 'model-invalid' });
});

test('a model travels as one file', async () => {
  const folder = temporaryFolder();
  const [here, there] = [new ModelStore(join(folder, 'here')), new ModelStore(join(folder, 'there'))];
  await here.save('tiny-1', storedModel('shared', 7));
  const path = join(folder, 'shared.lacss');
  await here.exportFile('tiny-1', path);
  expect(await there.importFile(path)).toBe('shared');
  expect(await there.load('shared')).toEqual({ id: 'shared', ...storedModel('shared', 7) });
  expect(await loadModelFrom(here.path('tiny-1'))).toEqual(storedModel('shared', 7));
});

test('what is no model is refused by name', async () => {
  const folder = temporaryFolder();
  const text = join(folder, 'text.lacss');
  writeFileSync(text, 'not a zip');
  await expect(loadModelFrom(text)).rejects.toMatchObject({ code: 'model-invalid' });
  await expect(loadModelFrom(join(folder, 'none'))).rejects.toMatchObject({ code: 'file-not-found' });
  const store = new ModelStore(folder);
  await store.save('tiny-1', storedModel('a', 1));
  const card = join(store.path('tiny-1'), 'card.json');
  writeFileSync(card, readFileSync(card, 'utf8').replace('"tiny"', '"huge"'));
  await expect(loadModelFrom(store.path('tiny-1'))).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringContaining('preset') as string,
  });
});

test('a model takes its channels by what they show, and scales cells to the size it knows', () => {
  const { card } = storedModel('a', 1);
  const image = { name: 'i', channelNames: ['DAPI', 'Membrane'], roles: { cells: 1, nuclei: 0 } };
  expect(inputChannelsOf(card, image)).toEqual([1]);
  expect(() => inputChannelsOf(card, { ...image, roles: { cells: null, nuclei: 0 } })).toThrow(
    expect.objectContaining({ code: 'setting-invalid' }),
  );
  // Trained on cells of 20 px at 0.5 µm, seen at 16 px.
  expect(scaleFor(card, null)).toBeCloseTo(16 / 20);
  // At 0.25 µm the same cells are 40 px wide.
  expect(scaleFor(card, { y: 0.25, x: 0.25 })).toBeCloseTo(16 / 40);
  expect(scaleFor(card, { y: 0.25, x: 0.25 }, 32)).toBeCloseTo(16 / 32);
});

test.each([
  ['missing', (path: string) => rmSync(path)],
  ['cut short', (path: string) => truncateSync(path, 3)],
])('a model whose weights are %s is named with the file, and the others are used', async (_, spoil) => {
  const store = new ModelStore(temporaryFolder());
  await store.save('tiny-1', storedModel('whole', 1));
  await store.save('tiny-2', storedModel('spoilt', 2));
  const name = readdirSync(store.path('tiny-2')).find((file) => file.endsWith('.bin'))!;
  const path = join(store.path('tiny-2'), name);
  spoil(path);
  const { models, damaged } = await store.survey();
  expect(models.map(({ id }) => id)).toEqual(['tiny-1']);
  expect(damaged).toMatchObject([
    { id: 'tiny-2', name: 'spoilt', error: { code: 'model-invalid', subject: path } },
  ]);
  await expect(store.find('tiny-2')).rejects.toMatchObject({ code: 'model-invalid', subject: path });
});

test('an interrupted training with a damaged training.json is named, and keeps no other from going on', async () => {
  const store = new ModelStore(temporaryFolder());
  await store.writeRun('tiny-1', run(1));
  await store.writeRun('tiny-2', run(2));
  const path = join(store.path('tiny-2'), 'training.json');
  await store.saveCheckpoint('tiny-2', Uint8Array.of(1));
  writeFileSync(path, '{');
  expect(await store.unfinished()).toEqual(['tiny-1']);
  expect(await store.findResumable('newest')).toBe('tiny-1');
  expect((await store.survey()).damaged).toMatchObject([{ id: 'tiny-2', error: { subject: path } }]);
  await expect(store.findResumable('tiny-2')).rejects.toMatchObject({
    code: 'model-invalid',
    subject: path,
    remedy: expect.stringContaining('start a new training') as string,
  });
  expect(await store.newId('tiny')).toBe('tiny-3');
  expect(await store.readCheckpoint('tiny-2')).toEqual(Uint8Array.of(1));
});
