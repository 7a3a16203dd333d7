import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { applyLanguage } from '../../../src-renderer/languages/shown-language.svelte.ts';
import {
  brief,
  columnFormat,
  counted,
  decimals,
  duration,
  editable,
  fileName,
  fileSize,
  grouped,
  listed,
  moment,
  numberOf,
  percent,
  when,
} from '../../../src-renderer/ui/format.ts';

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
  expect(counted(1, ['# cell', '# cells'])).toBe('1 cell');
  expect(counted(0, ['# guess', '# guesses'])).toBe('0 guesses');
  expect(counted(8211, ['# cell', '# cells'])).toBe(`8${thin}211 cells`);
});

test('three digits, whatever the size', () => {
  expect(brief(0.012345)).toBe('0.0123');
  expect(brief(412.7)).toBe('413');
  expect(brief(16027.4)).toBe(`16${thin}027`);
  expect(brief(Number.NaN)).toBe('–');
});

test('numbers of a column have the decimals of its largest', () => {
  expect([0.93, 0.967].map(columnFormat([0.93, 0.967], false))).toEqual(['0.930', '0.967']);
  expect([9, 58.04].map(columnFormat([9, 58.04], false))).toEqual(['9.0', '58.0']);
  expect([3, 1054].map(columnFormat([3, 1054], true))).toEqual(['3', '1\u202f054']);
  // Scores and eccentricities keep their decimals, also where all are 0 or 1 by chance.
  expect([0, 0].map(columnFormat([0, 0], false))).toEqual(['0.000', '0.000']);
  expect(columnFormat([0, 1], false)(0)).toBe('0.00');
  expect(columnFormat([Number.NaN, 1.5], false)(Number.NaN)).toBe('–');
});

test('the name of a file is the last part of its path', () => {
  expect(fileName('/data/plate 3/field.tif')).toBe('field.tif');
  expect(fileName('D:\\data\\field.tif')).toBe('field.tif');
  expect(fileName(null)).toBe('');
});

test('a person edits a number with all its digits', () => {
  expect(editable(0.65)).toBe('0.65');
  expect(numberOf(' 0.65 ')).toBe(0.65);
  expect(numberOf('0,65')).toBe(0.65);
  expect(numberOf('')).toBeNaN();
  expect(numberOf('1,000.5')).toBeNaN();
  expect(decimals(1234.5, 2)).toBe('1234.50');
});

describe('in German', () => {
  beforeEach(() => {
    vi.stubGlobal('document', { documentElement: {} });
    vi.stubGlobal('localStorage', { setItem: () => undefined });
    applyLanguage('de');
  });
  afterEach(() => {
    applyLanguage('en');
    vi.unstubAllGlobals();
  });

  test('numbers have a comma, and thin spaces between thousands', () => {
    expect(grouped(1234567.891, 1)).toBe(`1${thin}234${thin}567,9`);
    expect(decimals(0.5, 2)).toBe('0,50');
    expect(percent(0.314, 1)).toBe(`31,4${thin}%`);
    expect(brief(0.012345)).toBe('0,0123');
    expect(fileSize(1_400_000)).toBe('1,4 MB');
    expect([9, 58.04].map(columnFormat([9, 58.04], false))).toEqual(['9,0', '58,0']);
    expect(editable(0.65)).toBe('0,65');
    expect(numberOf(editable(0.65))).toBe(0.65);
  });

  test('dates and lists are German', () => {
    expect(when('2026-05-12T14:05:00')).toBe('12. Mai 2026');
    expect(moment('2026-05-12T14:05:00')).toBe('12.05.2026, 14:05');
    expect(listed(['A', 'B', 'C'])).toBe('A, B und C');
  });

  test('a plural has the rule of the catalogue', () => {
    expect(counted(0, ['# Zelle', '# Zellen'], (n) => (n === 1 ? 0 : 1))).toBe('0 Zellen');
    expect(counted(2, ['one', 'two', 'many'], (n) => (n === 2 ? 1 : 2))).toBe('two');
  });
});
