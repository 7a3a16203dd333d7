import { expect, test } from 'vitest';
import { watershedBaseline } from '../../src-main/metrics/watershed-baseline.ts';

/** Two cells side by side in a field of 20 × 40, a bright line between them at column `border`. */
function twoCells(border: number): {
  plane: { height: number; width: number; data: Float32Array };
  foreground: { height: number; width: number; data: Uint8Array };
} {
  const [height, width] = [20, 40];
  const inside = (i: number): boolean => {
    const [y, x] = [Math.floor(i / width), i % width];
    return y >= 2 && y < 18 && x >= 2 && x < 38;
  };
  const data = Float32Array.from({ length: height * width }, (_, i) =>
    inside(i) ? (i % width === border ? 900 : 300) : 100,
  );
  const foreground = Uint8Array.from({ length: height * width }, (_, i) => (inside(i) ? 1 : 0));
  return { plane: { height, width, data }, foreground: { height, width, data: foreground } };
}

test('on an even image the cells meet half-way between the locations', () => {
  const { foreground } = twoCells(-1);
  const even = { ...foreground, data: new Float32Array(foreground.data.length).fill(7) };
  const labels = watershedBaseline(even, Float32Array.of(10.5, 8.5, 10.5, 27.5), foreground);
  expect([...labels.data.subarray(10 * 40, 11 * 40)].join('')).toBe(
    '00' + '1'.repeat(16) + '2'.repeat(20) + '00',
  );
});

test('a bright border moves the line', () => {
  const { plane, foreground } = twoCells(21);
  const labels = watershedBaseline(plane, Float32Array.of(10.5, 8.5, 10.5, 30.5), foreground);
  const row = labels.data.subarray(10 * 40, 11 * 40);
  expect(row[20]).toBe(1);
  expect(row[22]).toBe(2); // half-way would be column 19.5
});

test('only the foreground is divided; a location outside it grows nothing', () => {
  const { plane, foreground } = twoCells(19);
  const labels = watershedBaseline(plane, Float32Array.of(10.5, 8.5, 0.5, 0.5, 10.5, 30.5), foreground);
  expect(new Set(labels.data)).toEqual(new Set([0, 1, 3]));
  labels.data.forEach((label, i) => expect(label > 0).toBe(foreground.data[i] === 1));
});

test('no locations or no foreground: no cells', () => {
  const { plane, foreground } = twoCells(19);
  const none = { ...foreground, data: new Uint8Array(foreground.data.length) };
  expect(watershedBaseline(plane, new Float32Array(0), foreground).data.some((l) => l !== 0)).toBe(false);
  expect(watershedBaseline(plane, Float32Array.of(10.5, 8.5), none).data.some((l) => l !== 0)).toBe(false);
});

test('a foreground of another size is refused', () => {
  const { plane, foreground } = twoCells(19);
  expect(() => watershedBaseline(plane, Float32Array.of(5, 5), { ...foreground, width: 20 })).toThrow(
    '20 × 20',
  );
});
