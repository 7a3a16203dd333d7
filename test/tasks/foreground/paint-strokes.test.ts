import { expect, test } from 'vitest';
import { emptyPackedMask, isForeground, unpackMask } from '../../../src-main/contract/packed-mask.ts';
import { foregroundRequests } from '../../../src-main/contract/requests/foreground-requests.ts';
import type { Stroke } from '../../../src-main/contract/requests/foreground-requests.ts';
import { SeededRandom } from '../../../src-main/model/seeded-random.ts';
import { paintStrokes } from '../../../src-main/tasks/foreground/paint-strokes.ts';

/** Computes the distance of every pixel to the segment. */
function paintedByDistance(height: number, width: number, { radiusPx, path }: Stroke): number[] {
  const [y0, x0, y1, x1] = [...path] as [number, number, number, number];
  const [dy, dx] = [y1 - y0, x1 - x0];
  return Array.from({ length: height * width }, (_, index) => {
    const [ey, ex] = [Math.floor(index / width) + 0.5 - y0, (index % width) + 0.5 - x0];
    const length2 = dy * dy + dx * dx;
    const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, (ey * dy + ex * dx) / length2));
    return (ey - along * dy) ** 2 + (ex - along * dx) ** 2 <= radiusPx ** 2 ? 1 : 0;
  });
}

test('a stroke hits the pixels whose centres lie within its radius, and no others', () => {
  const random = new SeededRandom(1, 'strokes');
  const [height, width] = [23, 31];
  for (let round = 0; round < 500; round++) {
    const radiusPx = random.uniform(0.5, 14);
    // Also whole numbers, and segments of no length or along an axis, where rounding decides.
    const snap = round % 3 === 0 ? Math.round : (x: number) => x;
    const path = Float32Array.from([0, 1, 2, 3], (k) => snap(random.uniform(0, k % 2 ? width : height)));
    if (round % 5 === 0) path[2] = path[0]!;
    if (round % 7 === 0) path[3] = path[1]!;
    const stroke: Stroke = { mode: 'add', radiusPx, path };
    const { data } = unpackMask(paintStrokes(emptyPackedMask(height, width), [stroke]));
    expect([...data], JSON.stringify([...path, radiusPx])).toEqual(paintedByDistance(height, width, stroke));
  }
});

test('1,000 strokes of radius 500 px cost a fill per row each', () => {
  const random = new SeededRandom(2, 'strokes');
  const side = 2048;
  const strokes = Array.from({ length: 1000 }, (_, i): Stroke => {
    const path = Float32Array.from([0, 1, 2, 3], () => random.uniform(0, side));
    return { mode: i % 2 === 0 ? 'add' : 'erase', radiusPx: 500, path };
  });
  const painted = paintStrokes(emptyPackedMask(side, side), strokes);
  const last = strokes.at(-1)!.path;
  expect(isForeground(painted, Math.floor(last[0]!) * side + Math.floor(last[1]!))).toBe(false);
});

test.each([
  [Number.NaN, 5],
  [5, Number.POSITIVE_INFINITY],
  [-3.1, 5],
  [5, 13.1],
])('a stroke to y %d, x %d is refused by name', (y, x) => {
  const strokes: Stroke[] = [{ mode: 'add', radiusPx: 3, path: Float32Array.of(5, 5, y, x) }];
  expect(() => paintStrokes(emptyPackedMask(10, 10), strokes)).toThrow(
    expect.objectContaining({ code: 'annotation-invalid', remedy: 'Paint within 10 × 10 px.' }),
  );
});

const { params } = foregroundRequests['foreground.paint'];
const accepts = (strokes: object[]): boolean => params.shape.strokes.safeParse(strokes).success;

test('positions that are no numbers are no request', () => {
  const path = Float32Array.of(1, 2);
  expect(accepts([{ mode: 'add', radiusPx: 5, path }])).toBe(true);
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(accepts([{ mode: 'add', radiusPx: 5, path: Float32Array.of(1, wrong) }])).toBe(false);
    expect(accepts([{ mode: 'add', radiusPx: wrong, path }])).toBe(false);
  }
  expect(accepts([{ mode: 'add', radiusPx: 5, path: new Float32Array(0) }])).toBe(false);
});

test('the painted area of one request is bounded', () => {
  const stroke = { mode: 'add', radiusPx: 500, path: Float32Array.of(9, 9) };
  expect(accepts(Array<object>(1000).fill(stroke))).toBe(true);
  expect(accepts([{ ...stroke, path: new Float32Array(20_000) }])).toBe(false);
  expect(accepts([{ ...stroke, path: Float32Array.of(0, 0, 3e38, 3e38) }])).toBe(false);
});
