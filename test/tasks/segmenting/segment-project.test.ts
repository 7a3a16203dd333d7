import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { defaultSegmentSettings } from '../../../src-main/contract/inference.ts';
import type { PredictedImage } from '../../../src-main/inference/network.ts';
import { NetworkPair } from '../../../src-main/tasks/segmenting/network-pair.ts';
import type { Progress } from '../../../src-main/contract/job.ts';
import { loadModelFrom } from '../../../src-main/project/model-store.ts';
import { PredictionStore } from '../../../src-main/project/prediction-store.ts';
import { segmentProject } from '../../../src-main/tasks/segmenting/segment-project.ts';
import { readFolderLog } from '../../../src-main/tasks/segmenting/folder-log.ts';
import { segmentFolder } from '../../../src-main/tasks/segmenting/segment-folder.ts';
import type { SegmentFolderParams } from '../../../src-main/tasks/segmenting/segment-folder.ts';
import { trainOnProject } from '../../../src-main/tasks/training/train-on-project.ts';
import type { WorkerHandle } from '../../../src-main/processes/worker-handle.ts';
import { entryUrl } from '../../../src-main/processes/entry-url.ts';
import type { LearningJobs } from '../../../src-main/processes/entries/learning-jobs.ts';
import type { SegmentReport } from '../../../src-main/tasks/segmenting/segment-folder.ts';
import { startProcess } from '../../../src-main/processes/start-process.ts';
import { Supervisor } from '../../../src-main/processes/supervisor.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { annotatedProject, quickTraining } from '../quick-training.ts';
import { control } from '../small-project.ts';

/** How many of the requested threads do not start. */
const broken = vi.hoisted(() => ({ threads: 0 }));
vi.mock(import('../../../src-main/processes/start-thread.ts'), async (importOriginal) => {
  const { startThread } = await importOriginal();
  return {
    startThread: (entry, listener) =>
      startThread(broken.threads-- > 0 ? new URL('./not-there.js', entry) : entry, listener),
  };
});

const fields = 7;
const settings = { minScore: 0 };
let project: Project;
let images: string;
let modelPath: string;
/** The result of one image at a time, in this thread alone, by file name. */
let expected: Record<string, Buffer>;

beforeAll(async () => {
  const folder = temporaryFolder();
  project = await annotatedProject(folder, fields);
  const { model } = await trainOnProject(project, quickTraining, control);
  images = join(folder, 'images');
  modelPath = project.path('models', model);
  const output = join(folder, 'expected');
  for (const name of readdirSync(images)) {
    const { computedBy } = await segmentFolder(paramsFor(output, { paths: [join(images, name)] }), control);
    expect(computedBy).toMatchObject({ networks: 1, reason: 'There is one image.' });
  }
  expected = filesOf(output);
  expect(Object.keys(expected)).toHaveLength(2 * fields);
});

function paramsFor(output: string, change: Partial<SegmentFolderParams> = {}): SegmentFolderParams {
  return { modelPath, paths: [images], output, engine: 'onnx', settings, ...change };
}

/** The results in a folder, without the log and the unfinished files of a killed process. */
function filesOf(output: string): Record<string, Buffer> {
  const names = readdirSync(output).filter((name) => /_(labels\.tif|cells\.csv)$/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(output, name))]));
}

async function logged(output: string): Promise<string[]> {
  return Object.keys((await readFolderLog(output)).images).sort();
}

test.each([1, 2] as const)(
  'with %i networks every image of a folder comes out as it does alone',
  async (networks) => {
    const output = temporaryFolder();
    const told: Progress[] = [];
    const listening = { ...control, onProgress: (progress: Progress) => void told.push(progress) };
    const { done, failures, computedBy } = await segmentFolder(paramsFor(output, { networks }), listening);
    expect(failures).toEqual([]);
    expect(done.map(({ name }) => name)).toEqual(Array.from({ length: fields }, (_, i) => `field-${i + 1}`));
    expect(computedBy).toMatchObject({ networks, reason: 'As requested.', trouble: null });
    expect(filesOf(output)).toEqual(expected);
    const shares = told.map((progress) => progress.done);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(fields);
  },
);

test('where threads for the pixels do not start, every image comes out all the same, and it is said', async () => {
  const output = temporaryFolder();
  broken.threads = fields;
  try {
    const { failures, computedBy } = await segmentFolder(paramsFor(output, { networks: 1 }), control);
    expect(failures).toEqual([]);
    expect(computedBy!.trouble).toMatch(
      /ended unexpectedly .*not-there.* Images are prepared and drawn one after the other/s,
    );
    expect(filesOf(output)).toEqual(expected);
  } finally {
    broken.threads = 0;
  }
});

test('a project’s images likewise, and one that is damaged stops no other', async () => {
  const broken = join(images, 'field-3.tif');
  const bytes = readFileSync(broken);
  writeFileSync(broken, bytes.subarray(0, 300));
  const news: string[] = [];
  try {
    const { done, failures } = await segmentProject(
      project,
      {
        model: modelPath.split(/[\\/]/).at(-1)!,
        engine: 'onnx',
        settings,
        onImage: ({ status }) => news.push(status),
      },
      control,
    );
    expect(done.map(({ name }) => name)).toEqual([
      'field-1',
      'field-2',
      'field-4',
      'field-5',
      'field-6',
      'field-7',
    ]);
    expect(failures).toMatchObject([{ subject: 'field-3', code: 'file-damaged' }]);
    expect(news.filter((status) => status === 'started')).toHaveLength(fields);
    expect(news.filter((status) => status === 'done')).toHaveLength(fields - 1);
  } finally {
    writeFileSync(broken, bytes);
  }
  for (const { id, name } of project.images()) {
    const store = new PredictionStore(project.path('predictions', modelPath.split(/[\\/]/).at(-1)!, id));
    const kept = await store.read();
    if (name === 'field-3') expect(kept).toBeNull();
    else expect(kept!.segmentation.scores.length).toBe(cellsOf(name));
  }
});

test('with two networks the files of a project’s predictions are the same', async () => {
  const model = modelPath.split(/[\\/]/).at(-1)!;
  const found: Record<string, Buffer>[] = [];
  for (const networks of [1, 2] as const) {
    const { done } = await segmentProject(
      project,
      { model, engine: 'onnx', settings, networks, again: true },
      control,
    );
    expect(done).toHaveLength(fields);
    const record = await new PredictionStore(project.path('predictions', model, done[0]!.image)).record();
    expect(record!.computedBy).toMatchObject({ engine: 'onnx', networks, reason: 'As requested.' });
    found.push(
      Object.fromEntries(
        done.flatMap(({ image }) =>
          readdirSync(project.path('predictions', model, image))
            .filter((name) => name !== 'record.json')
            .map((name) => [
              `${image}/${name}`,
              readFileSync(project.path('predictions', model, image, name)),
            ]),
        ),
      ),
    );
  }
  expect(found[1]).toEqual(found[0]);
});

test.each(['process', 'thread'] as const)(
  'a pair of networks, each in a %s: the same cells, and a close in the middle',
  async (place) => {
    const stored = await loadModelFrom(modelPath);
    const pair = new NetworkPair(stored, 1, place);
    await pair.opened();
    const side = 512;
    const data = Float32Array.from(
      { length: side * side },
      (_, i) => Math.sin(i / 7) + Math.cos(i / side / 5),
    );
    const image = { height: side, width: side, channels: 1, data };
    const predict = (signal: AbortSignal): Promise<PredictedImage> =>
      pair.predict(
        image,
        { ...defaultSegmentSettings, minScore: 0, tileSizePx: 256 },
        { ...control, signal },
        () => undefined,
      );
    const [one, other] = await Promise.all([predict(control.signal), predict(control.signal)]);
    expect(one.cells.length).toBeGreaterThan(100);
    expect(other).toEqual(one);
    const stop = new AbortController();
    const stopped = Promise.allSettled([predict(stop.signal), predict(stop.signal), predict(stop.signal)]);
    const begun = predict(stop.signal).catch((error: unknown) => error);
    stop.abort();
    await pair.close();
    for (const result of await stopped) expect(result).toMatchObject({ reason: { code: 'cancelled' } });
    expect(await begun).toMatchObject({ code: 'cancelled' });
  },
);

/** Rows of the table of an image's cells. */
function cellsOf(name: string): number {
  return expected[`${name}_cells.csv`]!.toString().trimEnd().split('\n').length - 1;
}

test.each([1, 2] as const)(
  'a cancel with %i networks keeps what is done, and the rest is gone on with',
  async (networks) => {
    const output = temporaryFolder();
    const stop = new AbortController();
    const stopped = segmentFolder(
      paramsFor(output, { networks, onImage: ({ status }) => status === 'done' && stop.abort() }),
      { ...control, signal: stop.signal },
    );
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const before = await logged(output);
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(fields);
    const { done, skipped } = await segmentFolder(paramsFor(output, { networks }), control);
    expect(skipped).toEqual(before);
    expect(done.length).toBe(fields - before.length);
    expect(filesOf(output)).toEqual(expected);
  },
);

test('killed in the middle, nothing that was logged is lost, and the rest is gone on with', async () => {
  const output = temporaryFolder();
  let child: WorkerHandle | null = null;
  const supervisor = new Supervisor<LearningJobs>({
    title: 'The learning process',
    start: (listener) => (child = startProcess(entryUrl('learning'), listener)),
    patienceMs: 1000,
  });
  try {
    const params = paramsFor(output);
    const onReport = (report: unknown): void => {
      if ((report as SegmentReport).status === 'done') child!.kill();
    };
    await expect(supervisor.run('segmentFolder', params, { onReport })).rejects.toMatchObject({
      code: 'process-crashed',
    });
    const before = await logged(output);
    expect(before.length).toBeGreaterThan(0);
    const found = filesOf(output);
    for (const name of before) {
      expect(found[`${name}_labels.tif`]).toEqual(expected[`${name}_labels.tif`]);
      expect(found[`${name}_cells.csv`]).toEqual(expected[`${name}_cells.csv`]);
    }
    const { skipped } = await supervisor.run('segmentFolder', params);
    expect(skipped).toEqual(before);
    expect(filesOf(output)).toEqual(expected);
  } finally {
    supervisor.close();
  }
});
