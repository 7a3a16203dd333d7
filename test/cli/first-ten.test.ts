import { expect, test } from 'vitest';
import { firstTen, firstTenNames, imageTable } from '../../src-main/cli/first-ten.ts';

const rows = (count: number): string[] => Array.from({ length: count }, (_, i) => `row ${i + 1}`);

test('ten rows are listed, more are cut and counted', () => {
  expect(firstTen(rows(10))).toEqual(rows(10));
  expect(firstTen(rows(500))).toEqual([...rows(10), '  and 490 more (--json lists all)']);
  expect(firstTenNames(rows(12))).toBe(`${rows(10).join(', ')} and 2 more`);
});

test('a quiet table lists only images with a note', () => {
  const images = rows(500).map((text, i) => (i === 400 ? { text, note: 'is blank' } : { text }));
  expect(imageTable(images)).toHaveLength(11);
  expect(imageTable(images, true)).toEqual(['row 401\n    is blank']);
});
