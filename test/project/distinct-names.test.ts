import { describe, expect, test } from 'vitest';
import { distinctNames, nameKey, pathsFromCommonFolder } from '../../src-main/project/distinct-names.ts';

const named = (...paths: string[]): { name: string; path: string }[] =>
  paths.map((path) => ({ name: path.replace(/^.*\//, '').replace(/\.[^.]*$/, ''), path }));

describe('images of one name', () => {
  test.each([
    [
      ['/d/plateA/A01.tif', '/d/plateB/A01.tif', '/d/plateB/A02.tif'],
      ['plateA/A01', 'plateB/A01', 'A02'],
    ],
    [
      ['/d/p1/day1/A01.tif', '/d/p2/day1/A01.tif'],
      ['p1/day1/A01', 'p2/day1/A01'],
    ],
    [
      ['/d/y.tif', '/d/y.tiff', '/d/y.btf'],
      ['y.tif', 'y.tiff', 'y.btf'],
    ],
    [
      ['/d/a/y.tif', '/d/a/y.tiff', '/d/b/y.tif'],
      ['a/y.tif', 'a/y.tiff', 'b/y.tif'],
    ],
    [
      ['/d/Cells.tif', '/d/cells.tif'],
      ['Cells', 'cells (2)'],
    ],
    [
      ['/d/A/x.tif', '/d/a/x.tif'],
      ['x', 'x (2)'],
    ],
    [
      ['/d/\u00e9.tif', '/d/e\u0301.tif'],
      ['\u00e9', 'e\u0301 (2)'],
    ],
    [
      ['C:\\d\\plateA\\A01.tif', 'C:\\d\\plateB\\A01.tif'].map((path) => path.replaceAll('\\', '/')),
      ['plateA/A01', 'plateB/A01'],
    ],
  ])('%j are called %j', (paths, names) => {
    expect(distinctNames(named(...paths))).toEqual(names);
  });

  test('have other names than all others, whatever those are called', () => {
    expect(distinctNames(named('/d/plateB/A01.tif'), named('/d/plateA/A01.tif'))).toEqual(['plateB/A01']);
    expect(distinctNames(named('/d/y.tiff'), named('/d/y.tif'))).toEqual(['y.tiff']);
    const taken = { name: 'PlateB/A01', path: '/e/PlateB/A01.png' };
    expect(distinctNames(named('/d/plateB/A01.tif'), [...named('/d/plateA/a01.tif'), taken])).toEqual([
      'plateB/A01.tif',
    ]);
    const items = [
      { name: 'y', path: '/d/y.tif' },
      { name: 'y', path: '/d/y.png' },
      { name: 'Y.TIF', path: '/d/Y.TIF.tif' },
    ];
    const names = distinctNames(items);
    expect(new Set(names.map(nameKey)).size).toBe(3);
    expect(names[2]).toBe('Y.TIF');
  });

  test('keep the folders they have, and the positions of one file their numbers', () => {
    const path = '/d/two.ome.tif';
    expect(
      distinctNames([
        { name: 'a/x', path: '/d/one/a/x.tif' },
        { name: 'a/x', path: '/d/two/a/x.tif' },
        { name: 'two Pos 1', path },
        { name: 'two Pos 2', path },
      ]),
    ).toEqual(['one/a/x', 'two/a/x', 'two Pos 1', 'two Pos 2']);
  });

  test('names of their own stay as they are', () => {
    expect(distinctNames(named('/d/a.tif', '/d/b.tif'))).toEqual(['a', 'b']);
  });
});

test('paths are told from the folder that all are in', () => {
  expect(pathsFromCommonFolder(['/d/plateA/A01.tif', '/d/plateB/x/A01.tif'])).toEqual([
    'plateA/A01.tif',
    'plateB/x/A01.tif',
  ]);
  expect(pathsFromCommonFolder(['/d/A01.tif', '/d/A02.tif'])).toEqual(['A01.tif', 'A02.tif']);
  expect(pathsFromCommonFolder(['C:\\d\\A01.tif', 'C:\\d\\e\\A01.tif'])).toEqual(['A01.tif', 'e/A01.tif']);
  expect(pathsFromCommonFolder(['/d/A01.tif', '/d/A01.tif'])).toEqual(['A01.tif', 'A01.tif']);
  expect(pathsFromCommonFolder([])).toEqual([]);
});

test('letters whose upper case is two letters are no name of their own', () => {
  for (const [a, b] of [
    ['straße', 'STRASSE'],
    ['ﬁeld', 'FIELD'],
    ['K', '\u212A'],
    ['Å', '\u212B'],
  ]) {
    const names = distinctNames([
      { name: a!, path: `/d/${a}.tif` },
      { name: b!, path: `/d/${b}.tif` },
    ]);
    expect(names[0]).toBe(a);
    expect(names[1]).toBe(`${b} (2)`);
  }
});

test('an image whose name an object cannot hold as a key gets another', () => {
  const names = distinctNames([
    { name: '__proto__', path: '/d/__proto__.tif' },
    { name: 'b', path: '/d/b.tif' },
  ]);
  expect(names).toEqual(['__proto__.tif', 'b']);
});
