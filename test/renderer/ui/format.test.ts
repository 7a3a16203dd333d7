import { expect, test } from 'vitest';
import { brief, counted, duration, fileSize, grouped, percent } from '../../../src-renderer/ui/format.ts';

const thin = '\u202f';

test('numbers are grouped by thin spaces', () => {
  expect(grouped(8211)).toBe(`8${thin}211`);
  expect(grouped(1234567.891, 1)).toBe(`1${thin}234${thin}567.9`);
  expect(grouped(12)).toBe('12');
});

test('times are no more exact than anyone could know', () => {
  expect(duration(0.2)).toBe('1 s');
  expect(duration(43)).toBe('45 s');
  expect(duration(58)).toBe('1 min');
  expect(duration(3600 * 2 + 60 * 9)).toBe('2 h 9 min');
  expect(duration(Number.NaN)).toBe('–');
});

test('sizes, shares and counts', () => {
  expect(fileSize(999)).toBe('999 B');
  expect(fileSize(1_400_000)).toBe('1.4 MB');
  expect(percent(0.314)).toBe(`31${thin}%`);
  expect(counted(1, 'cell')).toBe('1 cell');
  expect(counted(0, 'guess', 'guesses')).toBe('0 guesses');
});

test('three digits, whatever the size', () => {
  expect(brief(0.012345)).toBe('0.0123');
  expect(brief(412.7)).toBe('413');
  expect(brief(16027.4)).toBe(`16${thin}027`);
  expect(brief(Number.NaN)).toBe('–');
});
