import { expect, test } from 'vitest';
import { findPadding } from '../../src-main/imaging/padding/find-padding.ts';
import { planesWithoutStrip, stripOf, withoutStrip } from '../../src-main/training/leave-out-strip.ts';

const [height, width] = [4, 16];
const plane = { height, width, data: Float32Array.from({ length: height * width }, (_, i) => i) };

test('the strip is the end of the longer side', () => {
  expect(stripOf({ height, width }, 1 / 8)).toEqual({ top: 0, left: 14, height: 4, width: 2 });
  expect(stripOf({ height: 32, width: 8 }, 1 / 8)).toEqual({ top: 28, left: 0, height: 4, width: 8 });
});

test('what is trained on ends where the strip begins: pixels, foreground, points and outlines', () => {
  const [part] = planesWithoutStrip([plane], 1 / 8);
  expect(part).toMatchObject({ height: 4, width: 14 });
  expect(part!.data[14]).toBe(16);
  const foreground = {
    height,
    width,
    data: Uint8Array.from(plane.data, (_, i) => (i % width >= 13 ? 1 : 0)),
  };
  const locations = Float32Array.of(1, 13.5, 2, 14.5);
  const weak = withoutStrip(
    { name: 'a', planes: [plane], supervision: { kind: 'weak', foreground, locations } },
    1 / 8,
  );
  expect(weak.planes[0]).toEqual(part);
  if (weak.supervision.kind !== 'weak') throw new Error('expected weak supervision');
  expect([...weak.supervision.locations]).toEqual([1, 13.5]);
  expect(weak.supervision.foreground.data.reduce((sum, value) => sum + value, 0)).toBe(height);
  const labels = { height, width, data: Int32Array.from(plane.data) };
  const full = withoutStrip({ name: 'a', planes: [plane], supervision: { kind: 'full', labels } }, 1 / 8);
  if (full.supervision.kind !== 'full') throw new Error('expected outlines');
  expect(Array.from(full.supervision.labels.data)).toEqual(Array.from(part!.data));
});

test('pixels without a number stay where they are', () => {
  const missing = Uint8Array.from(plane.data, (_, i) => (i % width < 2 || i % width === 15 ? 1 : 0));
  const [part] = planesWithoutStrip([{ ...plane, missing }], 1 / 8);
  expect([...part!.missing!]).toEqual(Array.from({ length: 4 * 14 }, (_, i) => (i % 14 < 2 ? 1 : 0)));
  expect(findPadding(part!)).toBe(part!.missing);
});
