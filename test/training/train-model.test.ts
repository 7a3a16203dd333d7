import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LacssError } from '../../src-main/contract/errors.ts';
import type { EpochReport, StepReport } from '../../src-main/contract/training.ts';
import { openEngine, type Engine } from '../../src-main/engine/open-engine.ts';
import { createModel, type LacssModel } from '../../src-main/model/create-model.ts';
import { saveWeights } from '../../src-main/model/weights.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../src-main/training/checkpoint.ts';
import { asExampleSource, type ExampleSource } from '../../src-main/training/example-source.ts';
import type { TrainingExample } from '../../src-main/training/training-example.ts';
import { trainModel, type TrainingOptions } from '../../src-main/training/train-model.ts';
import { fullExample, quickSettings, weakExample } from './examples.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('onnx');
});
afterAll(() => engine.close());

interface Run {
  model: LacssModel;
  steps: StepReport[];
  epochs: EpochReport[];
  checkpoints: Uint8Array[];
  abort: () => void;
  options: TrainingOptions;
}

function prepare(change: Partial<TrainingOptions> = {}): Run {
  const controller = new AbortController();
  const run: Run = {
    model: change.model ?? createModel('tiny', 1, 1),
    steps: [],
    epochs: [],
    checkpoints: [],
    abort: () => controller.abort(),
    options: undefined as unknown as TrainingOptions,
  };
  run.options = {
    model: run.model,
    examples: [weakExample(1), weakExample(2)],
    validation: [],
    settings: quickSettings(),
    control: { signal: controller.signal, onProgress: () => undefined },
    onStep: (report) => run.steps.push(report),
    onEpoch: (report) => void run.epochs.push(report),
    saveCheckpoint: async (bytes) => void run.checkpoints.push(bytes),
    // The clock stands still: one checkpoint after the first step, and one at the end.
    now: () => 0,
    ...change,
  };
  return run;
}

it('a resumed training ends with the very weights of one in one go, wherever it was stopped', async () => {
  const examples = [weakExample(1), fullExample(2), weakExample(3)];
  const settings = quickSettings({ steps: 7, stepsPerEpoch: 3 });
  const whole = prepare({ examples, settings });
  await trainModel(whole.options);
  const expected = saveWeights(whole.model).bytes;
  whole.model.dispose();

  const first = prepare({ examples, settings });
  first.options.onStep = (report) => {
    if (report.step === 4) first.abort(); // in the middle of the second epoch
  };
  await expect(trainModel(first.options)).rejects.toMatchObject({ code: 'cancelled' });
  const resume = first.checkpoints.at(-1)!;
  expect(decodeCheckpoint(resume).header.step).toBe(4);
  first.model.dispose();

  const second = prepare({ examples, settings, resume, model: createModel('tiny', 1, 99) });
  const result = await trainModel(second.options);
  expect(saveWeights(second.model).bytes).toEqual(expected);
  expect(second.steps.map(({ step }) => step)).toEqual([5, 6, 7]);
  expect(result.steps).toBe(7);
  expect(result.epochs.map(({ step }) => step)).toEqual([3, 6, 7]);
  expect(result.epochs).toEqual(whole.epochs);
  second.model.dispose();
});

it('reports the first step of a new run as epoch 0, which changes neither weights nor epochs', async () => {
  const change = {
    examples: [weakExample(1), fullExample(2)],
    validation: [fullExample(3)],
    settings: quickSettings({ steps: 4, stepsPerEpoch: 2 }),
  };
  const plain = prepare(change);
  await trainModel(plain.options);
  const looks: EpochReport[] = [];
  const looked = prepare(change);
  const stepsSaved: number[] = [];
  looked.options.onFirstLook = (report) => {
    stepsSaved.push(decodeCheckpoint(looked.checkpoints.at(-1)!).header.step);
    looks.push(report);
  };
  const result = await trainModel(looked.options);
  expect(looks).toMatchObject([
    { epoch: 0, step: 1, best: false, terms: looked.steps[0]!.terms, validation: { measure: 'AP50' } },
  ]);
  // The learnt weights were saved first.
  expect(stepsSaved).toEqual([1]);
  expect(result.epochs).toEqual(plain.epochs);
  expect(saveWeights(looked.model).bytes).toEqual(saveWeights(plain.model).bytes);

  const again = prepare({ ...change, resume: looked.checkpoints[0]! });
  again.options.onFirstLook = looked.options.onFirstLook;
  await trainModel(again.options);
  expect(looks).toHaveLength(1);
  for (const run of [plain, looked, again]) run.model.dispose();
});

/** Makes each step of a run last 100 s, so that a checkpoint follows every step. */
function withSlowSteps(run: Run, onStep: (report: StepReport) => void = () => undefined): Run {
  let now = 0;
  run.options.now = () => now;
  run.options.onStep = (report) => {
    now += 100_000;
    run.steps.push(report);
    onStep(report);
  };
  return run;
}

it('a training killed after any of its steps takes the same steps again', async () => {
  const settings = quickSettings({ steps: 9, stepsPerEpoch: 4, partitionAfter: 0.5 });
  const start = { examples: [weakExample(1), fullExample(2), weakExample(3)], settings };
  const judged = { ...start, validation: [weakExample(5)] };
  const saved = new Map<number, Uint8Array>();
  const whole = withSlowSteps(prepare(judged));
  whole.options.saveCheckpoint = async (bytes) => {
    const { step } = decodeCheckpoint(bytes).header;
    // The first checkpoint after a step: at the end of an epoch, that is before its validation.
    if (!saved.has(step)) saved.set(step, bytes);
  };
  await trainModel(whole.options);
  expect([...saved.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const weights = saveWeights(whole.model).bytes;
  const untimed = <T extends { elapsedMs: number }>(reports: T[]): T[] =>
    reports.map((report) => ({ ...report, elapsedMs: 0 }));

  // Within an epoch, before its validation, in the first step of the next one, with partitioned foregrounds.
  for (const step of [2, 4, 5, 7]) {
    const resume = saved.get(step)!;
    const rest = prepare({ ...judged, resume, model: createModel('tiny', 1, 99) });
    const result = await trainModel(rest.options);
    expect(untimed(rest.steps)).toEqual(untimed(whole.steps.slice(step)));
    expect(untimed(result.epochs)).toEqual(untimed(whole.epochs));
    expect(saveWeights(rest.model).bytes).toEqual(weights);
    rest.model.dispose();
  }
  whole.model.dispose();
});

/** Step and finished epochs of each checkpoint. */
function positions({ checkpoints }: Run): [step: number, epochs: number][] {
  return checkpoints.map((bytes) => {
    const { step, epochs } = decodeCheckpoint(bytes).header;
    return [step, epochs.length];
  });
}

it('the end of an epoch saves no checkpoint, but the end of the training does', async () => {
  const run = prepare({ settings: quickSettings({ steps: 6, stepsPerEpoch: 2 }) });
  await trainModel(run.options);
  expect(positions(run)).toEqual([
    [1, 0],
    [6, 3],
  ]);
  run.model.dispose();
});

it('a long validation is followed by a checkpoint, so that a killed training does not repeat it', async () => {
  let now = 0;
  const settings = quickSettings({ steps: 3, stepsPerEpoch: 2 });
  const slow = asExampleSource(weakExample(5));
  const read = (): Promise<TrainingExample> => ((now += 100_000), slow.read());
  const run = prepare({ settings, validation: [{ ...slow, read }], now: () => now });
  await trainModel(run.options);
  expect(positions(run)).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
  ]);
  run.model.dispose();
});

it('checkpoints take 2 % of the time, however short the epochs are', async () => {
  let now = 0;
  const settings = quickSettings({ steps: 80, stepsPerEpoch: 2, cropPx: 32 });
  const run = prepare({ settings, now: () => now, onStep: () => void (now += 1500) });
  let spent = 0;
  run.options.saveCheckpoint = async () => void ((now += 100), (spent += 100));
  await trainModel(run.options);
  // The final checkpoint comes early.
  expect((spent - 100) / now).toBeGreaterThan(0.015);
  expect((spent - 100) / now).toBeLessThanOrEqual(0.02);
  run.model.dispose();
});

it('training goes on while a checkpoint is written, and ends after the last one', async () => {
  const run = prepare({ settings: quickSettings({ steps: 4, stepsPerEpoch: 9 }) });
  const order: string[] = [];
  let finish = (): void => undefined;
  withSlowSteps(run, ({ step }) => {
    order.push(`step ${step}`);
    if (step === 3) finish();
  });
  run.options.saveCheckpoint = async (bytes) => {
    const { step } = decodeCheckpoint(bytes).header;
    order.push(`begun ${step}`);
    await new Promise<void>((resolve) => (step === 1 ? (finish = resolve) : setImmediate(resolve)));
    order.push(`written ${step}`);
  };
  await trainModel(run.options);
  // Written for 200 s of the clock, it puts off the next one beyond the end.
  expect(order.slice(0, 5)).toEqual(['step 1', 'begun 1', 'step 2', 'step 3', 'written 1']);
  expect(order.slice(5)).toEqual(['step 4', 'begun 4', 'written 4']);
  run.model.dispose();
});

it('a checkpoint that cannot be written ends the training within a step', async () => {
  const run = prepare({ settings: quickSettings({ steps: 50, stepsPerEpoch: 50 }) });
  withSlowSteps(run);
  run.options.saveCheckpoint = async () => {
    throw new LacssError('disk-full', 'The disk is full.');
  };
  await expect(trainModel(run.options)).rejects.toMatchObject({ code: 'disk-full' });
  expect(run.steps.length).toBeLessThanOrEqual(2);
  run.model.dispose();
});

it('keeps the last checkpoint from which a training can resume, when a weight is no longer finite', async () => {
  const run = prepare({ settings: quickSettings({ steps: 9, stepsPerEpoch: 9 }) });
  withSlowSteps(run, ({ step }) => {
    if (step === 3) run.model.variables.get('auxnet/edge/bias')!.assign(tf.tensor1d([NaN]));
  });
  await expect(trainModel(run.options)).rejects.toMatchObject({ code: 'training-diverged' });
  expect(run.checkpoints.map((bytes) => decodeCheckpoint(bytes).header.step)).toEqual([1, 2]);
  run.model.dispose();
});

it('masks of single cells take over where the settings say so, in a resumed training too', async () => {
  const examples = [weakExample(1), fullExample(2), weakExample(3)];
  const settings = quickSettings({ steps: 8, stepsPerEpoch: 4, partitionAfter: 0.25 });
  const whole = prepare({ examples, settings });
  await trainModel(whole.options);
  const weak = whole.steps.map(({ example }) => example.startsWith('weak'));
  expect(weak.slice(0, 2)).toContain(true);
  expect(weak.slice(2)).toContain(true);
  whole.steps.forEach(({ terms }, i) => expect(terms.edge === null).toBe(i >= 2 || !weak[i]));

  const first = prepare({ examples, settings });
  first.options.onStep = ({ step }) => {
    if (step === 6) first.abort();
  };
  await expect(trainModel(first.options)).rejects.toMatchObject({ code: 'cancelled' });
  const resume = first.checkpoints.at(-1)!;
  const second = prepare({ examples, settings, resume, model: createModel('tiny', 1, 99) });
  await trainModel(second.options);
  expect(saveWeights(second.model).bytes).toEqual(saveWeights(whole.model).bytes);
  for (const run of [whole, first, second]) run.model.dispose();
});

it('stops in the middle of dividing a foreground, with all it has learnt kept, and says what it is at', async () => {
  const settings = quickSettings({ steps: 8, stepsPerEpoch: 4, partitionAfter: 0.25 });
  const whole = prepare({ settings });
  const asides: string[] = [];
  whole.options.control.onProgress = ({ aside }) => void (aside && asides.push(aside));
  await trainModel(whole.options);
  expect(asides[0]).toMatch(/^Dividing the foreground of weak [12] among its cells, 0 %$/);

  const first = prepare({ settings });
  first.options.control.onProgress = ({ aside }) => {
    if (aside !== undefined) first.abort();
  };
  await expect(trainModel(first.options)).rejects.toMatchObject({ code: 'cancelled' });
  expect(first.steps).toHaveLength(2);
  const resume = first.checkpoints.at(-1)!;
  expect(decodeCheckpoint(resume).header.step).toBe(2);
  const second = prepare({ settings, resume, model: createModel('tiny', 1, 99) });
  await trainModel(second.options);
  expect(saveWeights(second.model).bytes).toEqual(saveWeights(whole.model).bytes);
  for (const run of [whole, first, second]) run.model.dispose();
});

it('another seed trains another way', async () => {
  const weightsAfter = async (seed: number): Promise<Uint8Array> => {
    const run = prepare({ settings: quickSettings({ seed, steps: 2 }) });
    await trainModel(run.options);
    const { bytes } = saveWeights(run.model);
    run.model.dispose();
    return bytes;
  };
  expect(await weightsAfter(1)).not.toEqual(await weightsAfter(2));
});

it('reports every step and epoch in plain values', async () => {
  const progress: number[] = [];
  const run = prepare({ examples: [weakExample(1), fullExample(2)] });
  run.options.control.onProgress = ({ done, total }) => progress.push(done / total);
  const result = await trainModel(run.options);
  expect(run.steps.map(({ step, epoch }) => [step, epoch])).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 2],
  ]);
  expect(new Set(run.steps.map(({ example }) => example))).toEqual(new Set(['weak 1', 'full 2']));
  for (const { example, terms, cells, meanAreaPx } of run.steps) {
    expect(terms.size === null).toBe(example.startsWith('full'));
    expect(terms.edge === null).toBe(example.startsWith('full'));
    expect(meanAreaPx > 0).toBe(cells > 0);
  }
  const total = (report: StepReport): number => report.terms.total;
  expect(run.epochs[0]!.terms.total).toBeCloseTo(
    (total(run.steps[0]!) + total(run.steps[1]!) + total(run.steps[2]!)) / 3,
    6,
  );
  expect(result).toMatchObject({ steps: 4, stoppedBy: 'steps', chosenEpoch: 2 });
  expect(result.cellSize.diameterPx).toBeCloseTo(16, 0);
  expect(progress).toEqual([0.25, 0.5, 0.75, 1]);
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  run.model.dispose();
});

/** A learning rate that makes each epoch worse: the first epoch is the best. */
const gettingWorse = quickSettings({ steps: 6, stepsPerEpoch: 2, learningRate: 0.5, warmupSteps: 0 });

it('keeps the epoch with the best AP50, and gives its weights back', async () => {
  const run = withSlowSteps(prepare({ validation: [fullExample(5)], settings: gettingWorse }));
  const result = await trainModel(run.options);
  const scores = result.epochs.map((epoch) => epoch.validation!.score);
  expect(result.chosenEpoch).toBe(scores.indexOf(Math.max(...scores)) + 1);
  expect(result.chosenEpoch).toBeLessThan(3);
  const checkpoints = run.checkpoints.map((bytes) => decodeCheckpoint(bytes));
  const best = checkpoints.find(({ header }) => header.step === 2 * result.chosenEpoch)!;
  expect(saveWeights(run.model).bytes).toEqual(best.weights);
  run.model.dispose();
});

it('no loss chooses an epoch: where nothing is outlined, the model has the weights of the last step', async () => {
  const run = withSlowSteps(prepare({ validation: [weakExample(5)], settings: gettingWorse }));
  const { epochs, chosenEpoch } = await trainModel(run.options);
  expect(epochs.map(({ validation, best }) => [validation!.measure, best])).toEqual(
    epochs.map(() => ['weak-loss', false]),
  );
  expect(chosenEpoch).toBe(epochs.length);
  const { header, weights } = decodeCheckpoint(run.checkpoints.at(-1)!);
  expect(header.best).toBeNull();
  expect(saveWeights(run.model).bytes).toEqual(weights);
  run.model.dispose();
});

it('an epoch that an earlier version chose by a loss is not chosen in a checkpoint', async () => {
  const run = prepare({ validation: [weakExample(5)], settings: quickSettings({ steps: 1 }) });
  await trainModel(run.options);
  const checkpoint = decodeCheckpoint(run.checkpoints.at(-1)!);
  const chosen = { ...checkpoint.header, best: { epoch: 1, score: -2 } };
  expect(checkpoint.header.epochs[0]!.validation!.measure).not.toBe('AP50');
  expect(decodeCheckpoint(encodeCheckpoint({ ...checkpoint, header: chosen })).header.best).toBeNull();
  run.model.dispose();
});

it('names the loss that is being trained', async () => {
  const settings = quickSettings({ steps: 8, stepsPerEpoch: 2, partitionAfter: 0.5 });
  const run = prepare({ validation: [weakExample(5)], settings });
  const { epochs } = await trainModel(run.options);
  expect(epochs.map(({ validation }) => validation!.measure)).toEqual(['weak-loss', 'loss', 'loss', 'loss']);
  run.model.dispose();
});

it('validates by AP50 where cells are outlined', async () => {
  const run = prepare({
    validation: [fullExample(5), weakExample(6)],
    settings: quickSettings({ steps: 1 }),
  });
  const { epochs } = await trainModel(run.options);
  expect(epochs[0]!.validation).toMatchObject({
    measure: 'AP50',
    figures: { AP50: epochs[0]!.validation!.score },
  });
  run.model.dispose();
});

it('stops within one step, its checkpoint saved', async () => {
  const run = prepare({ settings: quickSettings({ steps: 50, stepsPerEpoch: 50 }) });
  run.options.onStep = ({ step }) => {
    if (step === 2) run.abort();
    if (step > 2) throw new Error('went on');
  };
  await expect(trainModel(run.options)).rejects.toMatchObject({ code: 'cancelled' });
  expect(decodeCheckpoint(run.checkpoints.at(-1)!).header.step).toBe(2);
  run.model.dispose();
});

/** An example whose reading fails with `cancelled` once the run is stopped, as that of an image file does. */
function unreadExample(run: Run, onRead: () => void): ExampleSource {
  const known = asExampleSource(weakExample(1));
  return {
    ...known,
    read: () => {
      onRead();
      const isStopped = run.options.control.signal.aborted;
      return isStopped
        ? Promise.reject(new LacssError('cancelled', 'Reading a.tif was stopped.'))
        : known.read();
    },
  };
}

it.each([
  ['while the image of a crop is read', 3],
  ['in a callback at the end of an epoch', 4],
])('stops %s, with all it has learnt kept', async (where, step) => {
  const run = prepare({ settings: quickSettings({ steps: 8, stepsPerEpoch: 4 }) });
  if (where.startsWith('while')) {
    const late = unreadExample(run, () => {
      if (run.steps.length === step) run.abort();
    });
    // Each example is drawn once per round, so this one is read anew in every step.
    run.options.examples = Array.from({ length: 8 }, () => ({ ...late }));
  } else {
    run.options.onEpoch = () => {
      run.abort();
      throw new LacssError('cancelled', 'Segmentation was cancelled.');
    };
  }
  await expect(trainModel(run.options)).rejects.toMatchObject({
    code: 'cancelled',
    message: `Training was stopped after ${step} steps.`,
  });
  expect(decodeCheckpoint(run.checkpoints.at(-1)!).header.step).toBe(step);
  run.model.dispose();
});

it('ends when its time is over', async () => {
  let now = 0;
  const settings = quickSettings({ steps: null, minutes: 1 / 60 });
  const run = prepare({ settings, now: () => (now += 100) });
  expect(await trainModel(run.options)).toMatchObject({ stoppedBy: 'minutes' });
  run.model.dispose();
});

it('stops at a number that is none, naming step and term; the last checkpoint is whole', async () => {
  const run = prepare({ settings: quickSettings({ steps: 9, stepsPerEpoch: 2 }) });
  run.options.onStep = ({ step }) => {
    if (step === 3) run.model.variables.get('auxnet/edge/bias')!.assign(tf.tensor1d([NaN]));
  };
  await expect(trainModel(run.options)).rejects.toMatchObject({
    code: 'training-diverged',
    message: expect.stringMatching(/step 4, on weak \d: the edge loss is NaN/),
  });
  expect(decodeCheckpoint(run.checkpoints.at(-1)!).header.step).toBe(1);
  run.model.dispose();
});

it('images without any cell, and a crop larger than the image, are no obstacle', async () => {
  const empty = weakExample(1, 24);
  if (empty.supervision.kind === 'weak') {
    empty.supervision.locations = new Float32Array(0);
    empty.supervision.foreground.data.fill(0);
  }
  const run = prepare({ examples: [empty, weakExample(2)], settings: quickSettings({ cropPx: 64 }) });
  await trainModel(run.options);
  expect(run.steps.some(({ cells }) => cells === 0)).toBe(true);
  run.model.dispose();
});

it('frees all it made, step after step', async () => {
  const before = tf.memory().numTensors;
  const run = prepare({
    examples: [weakExample(1), fullExample(2)],
    validation: [fullExample(3)],
    settings: quickSettings({ steps: 6 }),
  });
  const counts: number[] = [];
  run.options.onStep = () => counts.push(tf.memory().numTensors);
  await trainModel(run.options);
  expect(new Set(counts).size).toBe(1);
  run.model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

describe('refuses, saying why,', () => {
  const attempt = async (change: Partial<TrainingOptions>): Promise<unknown> => {
    const run = prepare(change);
    const before = tf.memory().numTensors;
    try {
      return await trainModel(run.options);
    } finally {
      expect(tf.memory().numTensors).toBe(before);
      run.model.dispose();
    }
  };

  it('a training without images or without an end', async () => {
    await expect(attempt({ examples: [] })).rejects.toMatchObject({ code: 'annotation-missing' });
    await expect(attempt({ settings: quickSettings({ steps: null }) })).rejects.toMatchObject({
      code: 'setting-invalid',
    });
    await expect(attempt({ settings: quickSettings({ learningRate: -1 }) })).rejects.toThrow(/learningRate/);
  });

  it('checkpoints that are damaged or another model’s', async () => {
    const run = prepare({ settings: quickSettings({ steps: 1 }) });
    await trainModel(run.options);
    const bytes = run.checkpoints[0]!;
    run.model.dispose();
    for (const resume of [
      bytes.subarray(0, 5),
      bytes.subarray(0, 200),
      bytes.subarray(0, bytes.length - 1),
    ]) {
      await expect(attempt({ resume })).rejects.toMatchObject({ code: 'file-damaged' });
    }
    const scrambled = Uint8Array.from(bytes).fill(0x7b, 12, 60);
    await expect(attempt({ resume: scrambled })).rejects.toMatchObject({ code: 'file-damaged' });
    await expect(attempt({ resume: bytes, model: createModel('tiny', 2, 1) })).rejects.toThrow(
      /with 1 channels/,
    );
  });

  it('and a checkpoint survives writing and reading', async () => {
    const run = prepare({ settings: quickSettings({ steps: 2 }) });
    await trainModel(run.options);
    const bytes = run.checkpoints[0]!;
    expect(encodeCheckpoint(decodeCheckpoint(bytes))).toEqual(bytes);
    expect(encodeCheckpoint(decodeCheckpoint(Buffer.from(bytes)))).toEqual(bytes);
    run.model.dispose();
  });
});

describe('where memory runs out', () => {
  /** A model whose memory allows images of at most `largestPx` per side. */
  function frugal(largestPx: number): LacssModel {
    const model = createModel('tiny', 1, 1);
    return {
      ...model,
      features: (image) => {
        if (image.shape[1] > largestPx) throw new RangeError('Array buffer allocation failed');
        return model.features(image);
      },
    };
  }

  it('the training goes on with crops of half the size, as if those had been asked for, and says so', async () => {
    const messages: string[] = [];
    const control = {
      signal: new AbortController().signal,
      onProgress: ({ message }: { message: string }) => void messages.push(message),
    };
    const examples = [weakExample(1, 128), weakExample(2, 128)];
    const asked = prepare({ examples, settings: quickSettings({ cropPx: 32 }) });
    await trainModel(asked.options);
    const halved = prepare({
      model: frugal(32),
      examples,
      settings: quickSettings({ cropPx: 128 }),
      control,
    });
    await trainModel(halved.options);
    expect(halved.steps).toHaveLength(4);
    expect(saveWeights(halved.model).bytes).toEqual(saveWeights(asked.model).bytes);
    expect(messages.at(-1)).toMatch(
      /^Training, epoch 2, step 4, loss .*, on crops of 32 px for lack of memory$/,
    );
  });

  it('it ends with advice where the smallest crop is too large, and keeps what there is', async () => {
    const run = prepare({ model: frugal(16), settings: quickSettings({ cropPx: 64 }) });
    await expect(trainModel(run.options)).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringContaining('crops of 32 px') as string,
      remedy: expect.stringContaining('smaller preset') as string,
    });
    expect(run.checkpoints).toHaveLength(1);
    expect(decodeCheckpoint(run.checkpoints[0]!).header.step).toBe(0);
  });

  it('the lack of memory is reported, also where the checkpoint cannot be written', async () => {
    const run = prepare({ model: frugal(16), settings: quickSettings({ cropPx: 64 }) });
    run.options.saveCheckpoint = () => Promise.reject(new LacssError('disk-full', 'The disk is full.'));
    await expect(trainModel(run.options)).rejects.toMatchObject({ code: 'out-of-memory' });
  });
});
