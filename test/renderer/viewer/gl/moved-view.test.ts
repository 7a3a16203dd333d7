import { expect, test } from 'vitest';
import { movedView } from '../../../../src-renderer/viewer/gl/moved-view.ts';
import type { MovedView } from '../../../../src-renderer/viewer/gl/moved-view.ts';
import type { PaneView } from '../../../../src-renderer/viewer/gl/pane-view.ts';

const view: PaneView = { y: 500, x: 700, scale: 0.25, height: 60, width: 80, ratio: 1 };

/** Paints whole px of an endless image; each has its own value. */
function painted({ y, x, scale, height, width, ratio }: PaneView): Int32Array {
  const [rows, columns] = [height * ratio, width * ratio];
  return Int32Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.round(y * scale * ratio + Math.floor(i / columns) - rows / 2);
    const column = Math.round(x * scale * ratio + (i % columns) - columns / 2);
    return row * 100_000 + column;
  });
}

/** The earlier picture, moved, with its missing parts painted. */
function movedPicture(before: PaneView, after: PaneView, { down, right, parts }: MovedView): Int32Array {
  const [rows, columns] = [after.height * after.ratio, after.width * after.ratio];
  const [old, whole] = [painted(before), painted(after)];
  const out = new Int32Array(rows * columns).fill(-1);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const [fromY, fromX] = [y - down, x - right];
      if (fromY < 0 || fromY >= rows || fromX < 0 || fromX >= columns) continue;
      out[y * columns + x] = old[fromY * columns + fromX]!;
    }
  }
  for (const { top, left, height, width } of parts) {
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) out[y * columns + x] = whole[y * columns + x]!;
    }
  }
  return out;
}

test.each([
  { down: 3, right: 0 },
  { down: -7, right: 5 },
  { down: 4, right: -20 },
  { down: -1, right: -1 },
])(
  'a pan by $down and $right px moves the picture and paints the rest, so that it equals a new one',
  (pan) => {
    for (const ratio of [1, 2]) {
      const before = { ...view, ratio };
      const after = {
        ...before,
        y: before.y - pan.down / before.scale / ratio,
        x: before.x - pan.right / before.scale / ratio,
      };
      const moved = movedView(before, after)!;
      expect(moved).toMatchObject(pan);
      expect(movedPicture(before, after, moved)).toEqual(painted(after));
      const px = moved.parts.reduce((sum, { height, width }) => sum + height * width, 0);
      expect(px).toBeLessThan(0.4 * 60 * 80 * ratio ** 2);
    }
  },
);

test('what looks different is painted again, also while nothing moves', () => {
  const box = { top: 480, left: 700, bottom: 520, right: 720 };
  // 40 × 20 px of the image are 10 × 5 px on the screen, at the centre; one px more on each side.
  expect(movedView(view, view, [box])).toEqual({
    down: 0,
    right: 0,
    parts: [{ top: 24, left: 39, height: 12, width: 7 }],
  });
  expect(movedView(view, view, [{ ...box, left: 2000, right: 2100 }])?.parts).toEqual([]);
});

test('many small changes are one rectangle, and large ones a new picture', () => {
  const tile = (k: number) => ({ top: 400, left: 560 + 30 * k, bottom: 410, right: 570 + 30 * k });
  const many = movedView(
    view,
    view,
    Array.from({ length: 9 }, (_, k) => tile(k)),
  );
  expect(many?.parts).toHaveLength(1);
  expect(movedView(view, view, [{ top: 0, left: 0, bottom: 1000, right: 2000 }])).toBeNull();
});

test('another zoom, size or screen, a part of a px and a pan out of view need a new picture', () => {
  expect(movedView(view, { ...view, scale: 0.26 })).toBeNull();
  expect(movedView(view, { ...view, width: 81 })).toBeNull();
  expect(movedView(view, { ...view, ratio: 2 })).toBeNull();
  expect(movedView(view, { ...view, x: view.x + 2 })).toBeNull();
  expect(movedView(view, { ...view, x: view.x + 4 * 80 })).toBeNull();
});
