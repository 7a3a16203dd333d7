import { expect, test } from 'vitest';
import { packedSource, asExampleSource } from '../../src-main/training/example-source.ts';
import { PreparedExamples } from '../../src-main/training/prepared-examples.ts';
import { fullExample, weakExample } from './examples.ts';

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
