import { expect, it } from 'vitest';
import { baseModel, shippedModel } from '../../../src-main/contract/shipped-model.ts';
import type { ProjectAccess } from '../../../src-renderer/state/project-access.ts';
import { TrainingState } from '../../../src-renderer/state/training.svelte.ts';

it('epochs that are repeated after a crash replace the earlier ones', () => {
  type Listener = (event: object) => void;
  const listeners = new Map<string, Listener>();
  const on = (name: string, listener: Listener): (() => void) => {
    listeners.set(name, listener);
    return () => undefined;
  };
  const training = new TrainingState(
    {
      id: 'plate',
      studio: { client: { on }, attempt: () => Promise.resolve(null) },
      ask: () => Promise.resolve(null),
    } as unknown as ProjectAccess,
    'picked',
  );
  training.listen();
  for (const epoch of [1, 2, 3, 2]) {
    const report = { epoch, step: epoch, validation: null, best: false };
    listeners.get('training.epoch')!({ project: 'plate', epoch: report, preview: true });
  }
  expect(training.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(training.previewEpochs).toEqual([1, 2]);
});

it('whether there is a foreground is saved in the project, and kept once the host has it', async () => {
  const asked: unknown[] = [];
  let answer: () => void = () => undefined;
  const training = new TrainingState(
    {
      id: 'plate',
      studio: { attempt: (work: () => Promise<unknown>) => work() },
      ask: (name: string, params: object) => {
        asked.push([name, params]);
        return new Promise<void>((resolve) => (answer = resolve));
      },
    } as unknown as ProjectAccess,
    'picked',
  );
  const saved = training.saveForegroundUse('none');
  expect(asked).toEqual([['training.saveSettings', { settings: { foreground: 'none' } }]]);
  expect(training.foregroundUse).toBe('picked');
  answer();
  await saved;
  expect(training.foregroundUse).toBe('none');
});

it('an included model is left for another preset and for the published method, one of the project is not', () => {
  const training = new TrainingState({} as ProjectAccess, 'picked');
  for (const model of [shippedModel, baseModel]) {
    training.startFrom(model);
    expect(training.form).toMatchObject({ startFrom: model.id, preset: 'small' });
    training.choosePreset('tiny');
    expect(training.form).toMatchObject({ startFrom: null, preset: 'tiny' });
    training.startFrom(model);
    training.chooseMethod('published');
    expect(training.form.startFrom).toBeNull();
  }
  training.startFrom({ id: 'small-1', preset: 'small' });
  training.chooseMethod('published');
  expect(training.form.startFrom).toBe('small-1');
});

it('a training starts from the base model, unless a person chooses otherwise', async () => {
  const asked: object[] = [];
  const training = new TrainingState(
    {
      studio: { engine: null, attempt: (work: () => Promise<unknown>) => work() },
      ask: (name: string, params: object) => Promise.resolve(void asked.push({ name, ...params })),
    } as unknown as ProjectAccess,
    'picked',
  );
  await training.start();
  training.startFrom(null);
  await training.start();
  expect(asked).toMatchObject([
    { name: 'training.start', startFrom: baseModel.id },
    { name: 'training.start', startFrom: null },
  ]);
});
