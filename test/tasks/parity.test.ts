import { exportFormatNames } from '../../src-main/contract/choices.ts';
import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../../src-main/cli/program.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { trainOnProject } from '../../src-main/tasks/training/train-on-project.ts';
import { readTrainingLog } from '../../src-main/tasks/training/training-log.ts';
import { openTestHost } from '../fixtures/test-host.ts';
import type { TestHost, TestWindow } from '../fixtures/test-host.ts';
import { quickTraining } from './quick-training.ts';
import { control, writeFields } from './small-project.ts';

/** The same actions in two projects: in one by command lines, in the other by a window's requests. */
let host: TestHost;
let window: TestWindow;
let byCommand: string;
let byWindow: string;
let project: string;
let images: string[];
let model: string;

/** Starts a command line on its project. */
function startLacss(...args: string[]): {
  ended: Promise<{ exitCode: number; out: string; err: string }>;
  interrupt: () => void;
} {
  let [out, err] = ['', ''];
  let interrupt = (): void => undefined;
  const terminal = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    isInteractive: false,
    columns: 100,
  };
  const onInterrupt = (listener: () => void): (() => void) => {
    interrupt = listener;
    return () => undefined;
  };
  const frame = { terminal, onInterrupt, kill: () => undefined };
  const ended = runProgram([...args, '--project', byCommand, '--quiet'], '1.2.3', frame);
  return {
    ended: ended.then((exitCode) => ({ exitCode, out, err })),
    interrupt: () => interrupt(),
  };
}

/** Runs a command line on its project. @returns its output */
async function lacss(verb: string, ...args: string[]): Promise<string> {
  const { exitCode, out, err } = await startLacss(verb, ...args).ended;
  expect({ verb, exitCode, err }).toEqual({ verb, exitCode: 0, err: '' });
  return out;
}

/** Runs a training until it has saved a checkpoint, and interrupts it with Ctrl-C. */
async function interrupted(model: string, ...args: string[]): Promise<void> {
  const running = startLacss(...args);
  const models = new ModelStore(join(byCommand, 'models'));
  const saved = expect.poll(() => models.hasCheckpoint(model), { timeout: 200_000 }).toBe(true);
  // A command that fails never saves one.
  const failed = running.ended.then(({ err }) => expect.fail(`It ended before its first checkpoint: ${err}`));
  await Promise.race([saved, failed]);
  failed.catch(() => undefined);
  running.interrupt();
  expect(await running.ended).toMatchObject({ exitCode: 130 });
}

/** Runs a training of the window until its first steps are shown, and pauses it. */
async function paused(start: () => Promise<unknown>): Promise<void> {
  const stepped = window.next('training.steps');
  const stopped = window.next('training.state', ({ phase }) => phase === 'paused' || phase === 'failed');
  await start();
  await Promise.race([stepped, stopped]);
  await window.ask('training.pause', { project });
  expect((await stopped).phase).toBe('paused');
}

/**
 * What a training was asked to do, and its first step. How far it came depends on the machine, and so does
 * the learning rate of a training with a time limit.
 */
async function beginningOf(folder: string, model: string): Promise<unknown> {
  const path = join(folder, 'models', model);
  const curves = await readTrainingLog(path);
  const run: unknown = JSON.parse(await readFile(join(path, 'training.json'), 'utf8'));
  return withoutRun({ run, step: { ...curves.steps[0], learningRate: 0 } });
}

async function expectSameBeginning(model: string): Promise<void> {
  const beginning = await beginningOf(byWindow, model);
  expect(beginning).toMatchObject({ step: { step: 1 } });
  expect(beginning).toEqual(await beginningOf(byCommand, model));
}

/** What differs between any two runs: times and ids. */
const ofTheRun = new Set([
  'at',
  'createdAt',
  'startedAt',
  'elapsedMs',
  'openMs',
  'speeds',
  'reason',
  'id',
  'edit',
]);

function withoutRun(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRun);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !ofTheRun.has(key));
  return Object.fromEntries(kept.map(([key, one]) => [key, withoutRun(one)]));
}

/** The files below a part of a project: JSON as values, all others as bytes. */
async function recordOf(folder: string, part: string): Promise<Record<string, unknown>> {
  const root = join(folder, part);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.sort().map(async (file) => {
    const bytes = await readFile(file);
    const parsed = file.endsWith('.json')
      ? withoutRun(JSON.parse(bytes.toString()))
      : file.endsWith('.jsonl')
        ? bytes
            .toString()
            .trim()
            .split('\n')
            .map((line) => withoutRun(JSON.parse(line)))
        : // A difference in a picture would fill screens.
          createHash('sha256').update(bytes).digest('hex');
    return [relative(root, file), parsed] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

async function expectSame(part: string): Promise<void> {
  const record = await recordOf(byWindow, part);
  expect(Object.keys(record).length).toBeGreaterThan(0);
  expect(record).toEqual(await recordOf(byCommand, part));
}

/** The image entries of a project's manifest, and its settings. */
async function manifestOf(folder: string): Promise<unknown> {
  const { images: entries, settings } = JSON.parse(await readFile(join(folder, 'project.json'), 'utf8')) as {
    images: { id: string }[];
    settings: unknown;
  };
  return { entries: entries.map((entry) => ({ ...entry, id: entry.id })), settings };
}

beforeAll(async () => {
  host = await openTestHost();
  window = host.window();
  await writeFields(host.folder, 3);
  byCommand = join(host.folder, 'by-command');
  byWindow = join(host.folder, 'by-window');
});
afterAll(() => host.close());

test('adding images', async () => {
  const folder = join(host.folder, 'images');
  await runProgram(['new', byCommand, '--quiet'], '1.2.3', {
    terminal: { out: () => undefined, err: () => undefined, isInteractive: false, columns: 100 },
    onInterrupt: () => () => undefined,
    kill: () => undefined,
  });
  await lacss('add', folder, '--pixel-size', '0.5', '--cells', '1', '--nuclei', '2');
  project = (await window.ask('project.create', { parent: host.folder, name: 'by-window' })).id;
  const options = { roles: { cells: 0, nuclei: 1 }, pixelSizeUm: { y: 0.5, x: 0.5 } };
  images = (await window.ask('images.add', { project, paths: [folder], options })).added;
  expect(images).toHaveLength(3);
  expect(await manifestOf(byWindow)).toEqual(await manifestOf(byCommand));
});

test('attaching a label image', async () => {
  await lacss('add', '--labels', join(host.folder, 'truth'));
  for (const [index, image] of images.entries()) {
    const path = join(host.folder, 'truth', `field-${index + 1}_label.tif`);
    await window.ask('images.attachLabels', { project, edit: randomUUID(), image, path });
  }
  await expectSame('annotations');
});

test('finding locations', async () => {
  await lacss('locate');
  await window.ask('locations.find', {
    project,
    edit: randomUUID(),
    images,
    scope: 'project',
    keepByHand: true,
  });
  await expectSame('annotations');
});

test('importing locations from a table, and from a label image', async () => {
  const [first, second] = images as [string, string];
  const tables = join(host.folder, 'tables');
  await mkdir(tables);
  const table = join(tables, 'field-1.csv');
  await writeFile(table, 'y,x\n12.5,30.25\n60,61\n');
  const truth = join(host.folder, 'truth');
  await lacss('locate', first, '--csv', tables, '--again');
  await lacss('locate', second, '--labels', truth, '--again');
  const path = join(truth, 'field-2_label.tif');
  const edits = [
    { image: first, path: table, format: 'csv' },
    { image: second, path, format: 'labels' },
  ] as const;
  for (const edit of edits) {
    await window.ask('locations.import', { project, edit: randomUUID(), ...edit });
  }
  await expectSame('annotations');
});

test('picking a candidate, a threshold of one’s own, and the suggestion', async () => {
  const [first, second, third] = images as [string, string, string];
  await lacss('foreground', first, '--pick', '2');
  const { candidates } = await window.ask('foreground.candidates', { project, image: first });
  await window.ask('foreground.pick', {
    project,
    image: first,
    edit: randomUUID(),
    pick: { kind: 'candidate', index: 1, maskSha256: candidates[1]!.maskSha256 },
  });
  const { automatic } = await window.ask('foreground.range', { project, image: second });
  await lacss('foreground', second, '--threshold', String(automatic));
  const seen = { project, image: second, threshold: automatic };
  const { maskSha256 } = await window.ask('foreground.preview', seen);
  const pick = { kind: 'threshold', threshold: automatic, maskSha256 } as const;
  await window.ask('foreground.pick', { project, image: second, edit: randomUUID(), pick });
  await lacss('foreground', third, '--pick', 'best');
  await window.ask('foreground.acceptSuggestions', { project, edit: randomUUID(), minConfidence: 0 });
  await expectSame('annotations');
});

test('segmenting', async () => {
  const trained = await openProject(byCommand, { purpose: 'a test' });
  ({ model } = await trainOnProject(trained, quickTraining, control));
  await trained.close();
  await cp(join(byCommand, 'models'), join(byWindow, 'models'), { recursive: true });
  await lacss('segment', '--model', model, '--min-score', '0');
  const finished = window.next('segment.queue', ({ phase }) => phase === 'finished');
  const what = { kind: 'images', images } as const;
  await window.ask('segment.start', { project, model, what, skipDone: true, minScore: 0 });
  await finished;
  await expectSame('predictions');
  // Reviews name the time of their prediction.
  await cp(join(byCommand, 'predictions'), join(byWindow, 'predictions'), { recursive: true });
});

test('exporting', async () => {
  await lacss('export', '--format', ...exportFormatNames, '--min-score', '0');
  await window.ask('export.run', {
    project,
    images,
    formats: [...exportFormatNames],
    everyCell: false,
    minScore: 0,
  });
  await expectSame('exports');
});

test('reviewing', async () => {
  const [first, second] = images as [string, string];
  const edits = [
    { image: first, cells: 'all', state: 'accepted' },
    { image: second, cells: '1-2', state: 'rejected' },
  ] as const;
  for (const { image, cells, state } of edits) {
    await lacss('review', 'set', image, cells, state);
    const { prediction, revision, ids: known } = (await window.ask('review.read', { project, image }))!;
    const ids = [...known].filter((id) => cells === 'all' || id <= 2);
    const edit = { project, image, edit: randomUUID(), prediction, revision };
    await window.ask('review.setState', { ...edit, ids, state });
  }
  await expectSame('annotations');
});

test('evaluating', async () => {
  const out = await lacss('evaluate', '--model', model, '--min-score', '0.3', '--json');
  const { result } = JSON.parse(out) as { result: object };
  const view = await window.ask('results.evaluate', { project, model, minScore: 0.3 });
  expect(view.images).toHaveLength(3);
  expect(result).toMatchObject(JSON.parse(JSON.stringify(view)) as object);
});

test('training, and ending it before its end', async () => {
  const args = ['--name', 'Paired', '--preset', 'tiny', '--epochs', '1', '--from-scratch'];
  await interrupted('paired', 'train', ...args, '--engine', 'onnx');
  await paused(() =>
    window.ask('training.start', {
      project,
      name: 'Paired',
      preset: 'tiny',
      startFrom: null,
      until: { kind: 'epochs', epochs: 1 },
      seed: 1,
      engine: 'onnx',
    }),
  );
  await expectSameBeginning('paired');
  // Both end the same steps.
  const [ours, theirs] = [byCommand, byWindow].map((folder) => join(folder, 'models', 'paired'));
  await rm(theirs!, { recursive: true });
  await cp(ours!, theirs!, { recursive: true });
  await lacss('train', '--finish', 'paired');
  const stopped = window.next('training.state', ({ phase }) => phase === 'stopped');
  await window.ask('training.stop', { project });
  await stopped;
  await expectSame('models');
});

test('teaching', async () => {
  await interrupted('tiny-taught-1', 'teach', '--model', model, '--minutes', '5', '--engine', 'onnx');
  await paused(() => window.ask('training.teach', { project, model, minutes: 5, seed: 1, engine: 'onnx' }));
  await expectSameBeginning('tiny-taught-1');
});
