import { expect, test } from 'vitest';
import { labelImageOf } from '../../../src-main/imaging/label/cut-labels.ts';
import { SpanPainter } from '../../../src-main/imaging/label/span-painter.ts';
import { SeededRandom } from '../../../src-main/model/seeded-random.ts';

const [height, width] = [7, 40];

test.each([
  ['at once', 1000],
  ['with covered spans dropped on the way', 20],
])('spans in any order are painted over each other, %s', (_, most) => {
  const random = new SeededRandom(3);
  const painter = new SpanPainter(height, width, most);
  const expected = new Int32Array(height * width);
  for (let i = 0; i < 300; i++) {
    const [y, start, label] = [random.integer(height - 1), random.integer(width), 1 + random.integer(9)];
    const end = start + 1 + random.integer(width - start);
    painter.paint(label, y, start, end);
    expected.fill(label, y * width + start, y * width + end);
  }
  expect(labelImageOf(painter.build()).data).toEqual(expected);
});

test('an image of 16384² px takes memory for its spans alone', () => {
  const side = 16_384;
  const painter = new SpanPainter(side, side);
  painter.paint(3, side - 1, 2, side);
  const { labels, starts, ends, rowStarts } = painter.build();
  expect([labels, starts, ends].map((values) => [...values])).toEqual([[3], [2], [side]]);
  expect(rowStarts.at(-1)).toBe(1);
});
