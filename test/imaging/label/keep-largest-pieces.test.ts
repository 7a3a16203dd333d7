import { expect, test } from 'vitest';
import { keepLargestPieces } from '../../../src-main/imaging/label/keep-largest-pieces.ts';

/** Keeps the largest pieces of labels drawn as one string per row, `.` for background. */
function kept(...rows: string[]): string[] {
  const [height, width] = [rows.length, rows[0]!.length];
  const data = Int32Array.from([...rows.join('')].map((sign) => (sign === '.' ? 0 : Number(sign))));
  const result = keepLargestPieces({ height, width, data }).data;
  return rows.map((_, y) => [...result.subarray(y * width, (y + 1) * width)].map((l) => l || '.').join(''));
}

test('of every instance the largest 4-connected piece stays', () => {
  expect(kept('11.22', '1..2.', '.1.22', '.1.11')).toEqual(['11.22', '1..2.', '...22', '.....']);
});

test('pieces that touch at a corner only are two; of equal ones the first in reading order stays', () => {
  expect(kept('1.', '.1')).toEqual(['1.', '..']);
});

test('pieces do not join across the edge of the image, nor through another instance', () => {
  expect(kept('..1', '11.', '121')).toEqual(['...', '11.', '12.']);
});

test('whole instances, and an image without any, stay as they are', () => {
  expect(kept('112', '.32')).toEqual(['112', '.32']);
  expect(kept('...')).toEqual(['...']);
});
