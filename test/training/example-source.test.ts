import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { packedSource, asExampleSource } from '../../src-main/training/example-source.ts';
import { PreparedExamples } from '../../src-main/training/prepared-examples.ts';
import type { TrainingExample } from '../../src-main/training/training-example.ts';
import { fullExample, weakExample } from './examples.ts';
import { reviewedSupervision } from './reviewed-supervision.ts';

test.each([weakExample(1), fullExample(2)])(
  'a packed source reads as the example that it was made of: $name',
  async (example) => {
    const source = packedSource(example, () => Promise.resolve(example.planes));
    expect(await source.read()).toEqual({ ...example, pixelSizeUm: null });
    expect({ ...source, read: null }).toEqual({ ...asExampleSource(example), read: null });
  },
);

test('an annotation that is changed after the start changes nothing', async () => {
  const example = weakExample(1);
  const source = packedSource(example, () => Promise.resolve(example.planes));
  const before = await source.read();
  if (example.supervision.kind === 'weak') example.supervision.foreground.data.fill(0);
  expect((await source.read()).supervision).toEqual(before.supervision);
});

test('a packed source keeps neither planes nor annotation in memory', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const made = [weakExample(1), fullExample(2), reviewedExample()].map((example) => {
    const { planes, supervision } = example;
    const { data } =
      supervision.kind === 'weak'
        ? supervision.foreground
        : supervision.kind === 'points'
          ? planes[0]!
          : supervision.labels;
    const source = packedSource(example, () => Promise.reject(new Error('not read here')));
    return { kind: source.kind, source, held: [planes[0]!.data, data].map((array) => new WeakRef(array)) };
  });
  // A reference that was made or read lasts until the end of its task.
  await new Promise(setImmediate);
  collectGarbage();
  const kept = made.map(({ kind, held }) => [kind, held.map((ref) => ref.deref() !== undefined)]);
  expect(kept).toEqual(['weak', 'full', 'reviewed'].map((kind) => [kind, [false, false]]));
});

function reviewedExample(): TrainingExample {
  const { planes, supervision } = fullExample(3);
  if (supervision.kind !== 'full') throw new TypeError(supervision.kind);
  const { labels } = supervision;
  const rejected = { ...labels, data: new Int32Array(labels.data.length) };
  const none = { foreground: null, locations: null };
  const review = reviewedSupervision({ labels, rejected, allChecked: false }, none);
  return { name: 'reviewed', planes, supervision: review };
}

test('an annotation of another size is refused when it is met', () => {
  const example = { ...weakExample(1), planes: weakExample(2, 32).planes };
  expect(() => asExampleSource(example)).toThrow('weak 1 is 32 × 32 px, but its annotation is 64 × 64.');
});

test('of many examples only some are held, and those used last are not read again', async () => {
  // One of 256² px with two channels takes 0.6 MB: 256 MB hold some 400, of which 450 are used.
  const size = 256;
  const plane = {
    height: size,
    width: size,
    data: Float32Array.from({ length: size * size }, (_, i) => i % 97),
  };
  const foreground = { height: size, width: size, data: new Uint8Array(size * size).fill(1) };
  const example = {
    name: 'field',
    planes: [plane, plane],
    supervision: { kind: 'weak', foreground, locations: Float32Array.of(9, 9) },
  } as const;
  let reads = 0;
  const source = packedSource(example, () => {
    reads++;
    return Promise.resolve(example.planes);
  });
  const count = 500;
  const prepared = new PreparedExamples(new Array(count).fill(source), new Array(count).fill(1), 2);
  expect(prepared.largestPx).toBe(size);
  for (let index = 0; index < count; index++) await prepared.get(index);
  expect(reads).toBe(count);
  await prepared.get(count - 1);
  await prepared.get(count - 100);
  expect(reads).toBe(count);
  await prepared.get(0);
  expect(reads).toBe(count + 1);
});
