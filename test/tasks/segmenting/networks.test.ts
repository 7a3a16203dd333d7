import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LacssError } from '../../../src-main/contract/errors.ts';
import { defaultSegmentSettings } from '../../../src-main/contract/inference.ts';
import type { PredictedImage } from '../../../src-main/inference/network.ts';
import { Networks } from '../../../src-main/tasks/segmenting/networks.ts';
import type { NetworkOptions } from '../../../src-main/tasks/segmenting/networks.ts';
import { control } from '../small-project.ts';

const nothing: PredictedImage = { cells: [], tiles: 1, notice: {} };
const image = { height: 500, width: 1000, channels: 1, data: new Float32Array(0) };

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

function after(ms: number): Promise<PredictedImage> {
  return new Promise((resolve) => setTimeout(() => resolve(nothing), ms));
}

/** Networks that take this long per image, and which of them computed each image. */
function networks({
  oneMs,
  twoMs,
  images = 200,
  crash = false,
  ...change
}: { oneMs: number; twoMs: number; images?: number; crash?: boolean } & Partial<NetworkOptions>): {
  all: Networks;
  by: string[];
  closed: () => boolean;
} {
  const by: string[] = [];
  let closed = false;
  const own = {
    inputChannels: 1,
    method: 'improved' as const,
    cellDiameterPx: 32,
    predict: () => {
      by.push('one');
      return after(oneMs);
    },
  };
  const all = new Networks(own, images, {
    kind: expect.getState().currentTestName!, // what is measured in one test is not known in the next
    choice: 'measured',
    engine: 'onnx',
    threads: 4,
    onlyOne: null,
    openMs: 100,
    bytes: () => 100,
    availableBytes: () => 1000,
    openTwo: (threadsEach) => ({
      opened: () => (threadsEach === 2 ? Promise.resolve() : Promise.reject(new RangeError('not half'))),
      predict: () => {
        by.push('two');
        if (crash)
          return Promise.reject(new LacssError('process-crashed', 'The process of network 1 ended.'));
        return after(twoMs);
      },
      close: () => {
        closed = true;
        return Promise.resolve();
      },
    }),
    ...change,
  });
  return { all, by, closed: () => closed };
}

/** Segments this many images, two at a time. */
async function run(all: Networks, count: number, settings = defaultSegmentSettings): Promise<void> {
  let begun = 0;
  const takeTurns = async (): Promise<void> => {
    while (begun++ < count) {
      await all.predict(image, settings, control, () => undefined);
      all.imageEnded();
    }
  };
  const done = Promise.all([takeTurns(), takeTurns()]);
  await vi.advanceTimersByTimeAsync(count * 1000);
  await done;
}

test('two that are faster stay, and the next job in this process knows', async () => {
  const { all, by, closed } = networks({ oneMs: 100, twoMs: 150 });
  await run(all, 200);
  expect(by.slice(0, 8)).toEqual(Array(8).fill('one'));
  expect(by.slice(-100)).toEqual(Array(100).fill('two'));
  expect(closed()).toBe(false);
  const { speeds, ...report } = all.report();
  expect(report).toEqual({
    engine: 'onnx',
    networks: 2,
    threads: 2,
    reason:
      'Measured: 6.67 megapixels per second with two networks of 2 threads each, 5.00 with one of 4 threads.',
  });
  expect(speeds!.two / speeds!.one).toBeCloseTo(4 / 3, 1);
  const next = networks({ oneMs: 100, twoMs: 150 });
  await run(next.all, 200);
  expect(next.by.filter((name) => name === 'one').length).toBeLessThan(15);
  expect(next.all.report()).toMatchObject({ networks: 2, speeds });
});

test('two that are slower are closed, and not tried again in this process', async () => {
  const { all, by, closed } = networks({ oneMs: 100, twoMs: 210 });
  await run(all, 200);
  expect(by).toContain('two');
  expect(by.slice(-100)).toEqual(Array(100).fill('one'));
  expect(closed()).toBe(true);
  expect(all.report()).toMatchObject({ networks: 1, threads: 4 });
  const next = networks({ oneMs: 100, twoMs: 210 });
  await run(next.all, 200);
  expect(next.by).toEqual(Array(200).fill('one'));
  expect(next.all.report()).toEqual(all.report());
});

test('what one view was measured to need says nothing of four', async () => {
  await run(networks({ oneMs: 100, twoMs: 210 }).all, 200);
  const { all, by } = networks({ oneMs: 400, twoMs: 600 });
  await run(all, 200, { ...defaultSegmentSettings, views: 4 });
  expect(by.slice(-100)).toEqual(Array(100).fill('two'));
  const next = networks({ oneMs: 100, twoMs: 210 });
  await run(next.all, 200);
  expect(next.by).toEqual(Array(200).fill('one'));
});

test.each([
  ['too few images', { images: 40 }, /^Too few images/],
  ['what is left takes less than finding out', { openMs: 10_000 }, /^Too few images/],
  [
    'too little memory',
    { bytes: () => 600 * 2 ** 20, availableBytes: () => 2 ** 31 },
    /1.2 GB of memory, and 2.0 GB are free/,
  ],
  ['another engine', { onlyOne: 'webgpu computes.' }, /^webgpu computes.$/],
  ['one core', { threads: 1 }, /^There is one core.$/],
  ['one was asked for', { choice: 1 as const }, /^As requested.$/],
])('no second network: %s', async (_why, change, reason) => {
  const { all, by } = networks({ oneMs: 100, twoMs: 50, ...change });
  const images = 'images' in change ? change.images : 200;
  await run(all, images);
  expect(by).toEqual(Array(images).fill('one'));
  expect(all.report()).toMatchObject({
    networks: 1,
    speeds: null,
    reason: expect.stringMatching(reason) as string,
  });
});

test('where a process dies, its images are done by the one network', async () => {
  const { all, by, closed } = networks({ oneMs: 100, twoMs: 50, crash: true });
  await run(all, 100);
  expect(by.filter((name) => name === 'one')).toHaveLength(100);
  expect(by.filter((name) => name === 'two').length).toBeGreaterThan(0);
  expect(closed()).toBe(true);
  expect(all.report()).toMatchObject({
    networks: 1,
    reason: 'The process of network 1 ended. One network continues.',
  });
});

test('two that were asked for are waited for, and do everything', async () => {
  const { all, by } = networks({ oneMs: 100, twoMs: 100, choice: 2 });
  await all.ready();
  await run(all, 20);
  expect(by).toEqual(Array(20).fill('two'));
});
