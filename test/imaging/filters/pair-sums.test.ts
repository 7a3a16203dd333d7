import { expect, test } from 'vitest';
import { gaussianKernel } from '../../../src-main/imaging/filters/gaussian-kernel.ts';
import { inScript, pairSums } from '../../../src-main/imaging/filters/pair-sums.ts';
import type { PairSums } from '../../../src-main/imaging/filters/pair-sums.ts';

/** Lines one px apart, so that the sums are a correlation of one long line. */
function filled(prepared: PairSums, radius: number): Buffer {
  const { values, places, sums, run } = prepared;
  for (let i = 0; i < values.length; i++) values[i] = ((i * 7919) % 1013) / 7 - 60;
  for (let k = 0; k <= radius; k++) places.set([radius + k, radius - k], 2 * k);
  run();
  return Buffer.from(sums.slice().buffer);
}

test.each([
  { order: 0, count: 1 },
  { order: 1, count: 8 },
  { order: 0, count: 17 },
  { order: 1, count: 700 },
] as const)(
  'sums of $count places, derivative $order: WebAssembly gives the very numbers of script',
  ({ order, count }) => {
    const kernel = gaussianKernel(4.2, order);
    const radius = kernel.weights.length - 1;
    const expected = filled(inScript(kernel, count + 2 * radius, count), radius);
    const received = pairSums(kernel, count + 2 * radius, count);
    // The memory of WebAssembly is shared: its arrays are views of it.
    expect(received.values.buffer).toBe(received.sums.buffer);
    expect(filled(received, radius).equals(expected)).toBe(true);
  },
);

test('memory grows for long lines, and is used again for short ones', () => {
  const kernel = gaussianKernel(2);
  const radius = kernel.weights.length - 1;
  for (const count of [20_000, 3, 40_000]) {
    const expected = filled(inScript(kernel, count + 2 * radius, count), radius);
    expect(filled(pairSums(kernel, count + 2 * radius, count), radius).equals(expected)).toBe(true);
  }
});
