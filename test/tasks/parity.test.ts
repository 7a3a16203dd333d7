import { exportFormatNames } from '../../src-main/contract/choices.ts';
import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../../src-main/cli/program.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { trainOnProject } from '../../src-main/tasks/training/train-on-project.ts';
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

/** Runs a command line on its project. */
async function lacss(verb: string, ...args: string[]): Promise<void> {
  let err = '';
  const terminal = {
    out: () => undefined,
    err: (text: string) => void (err += text),
    isInteractive: false,
    columns: 100,
  };
  const frame = { terminal, onInterrupt: () => () => undefined, kill: () => undefined };
  const exitCode = await runProgram([verb, ...args, '--project', byCommand, '--quiet'], '1.2.3', frame);
  expect({ verb, exitCode, err }).toEqual({ verb, exitCode: 0, err: '' });
}

/** What differs between any two runs: times and ids. */
const ofTheRun = new Set(['at', 'createdAt', 'elapsedMs', 'openMs', 'speeds', 'reason', 'id', 'edit']);

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
        : bytes.toString('base64');
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
  const { model } = await trainOnProject(trained, quickTraining, control);
  await trained.close();
  await cp(join(byCommand, 'models'), join(byWindow, 'models'), { recursive: true });
  await lacss('segment', '--model', model, '--min-score', '0');
  const finished = window.next('segment.queue', ({ phase }) => phase === 'finished');
  const what = { kind: 'images', images } as const;
  await window.ask('segment.start', { project, model, what, skipDone: true, minScore: 0 });
  await finished;
  await expectSame('predictions');
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
