import { expect, test } from 'vitest';
import { CocoEntries } from '../../src-main/project/coco-entries.ts';
import type { CocoClaim } from '../../src-main/project/coco-entries.ts';

/** An image of a project, by its name and the paths of its files. */
const image = (name: string, ...paths: string[]) => ({
  name,
  files: paths.map((path) => ({ path, lastSeenAt: path, sha256: '', bytes: 1, channels: 1 })),
});
const claims = (images: ReturnType<typeof image>[], entries: string[]): (CocoClaim | string | null)[] => {
  const found = new CocoEntries(images, entries);
  return images.map((one) => {
    const claim = found.of(one);
    return claim?.kind === 'one' ? claim.entry : claim;
  });
};
const two = [image('a/x', '/data/a/x.tif'), image('b/x', '/data/b/x.tif')];

test('images of one base name get the entries of their folders, or those with their names', () => {
  expect(claims(two, ['b/x.tif', 'a/x.tif'])).toEqual(['a/x.tif', 'b/x.tif']);
  expect(claims(two, ['b/x', 'a/x'])).toEqual(['a/x', 'b/x']);
  expect(claims(two, ['train\\b\\x.tif', 'train\\a\\x.tif'])).toEqual(['train\\a\\x.tif', 'train\\b\\x.tif']);
});

test('no image takes the entry of another', () => {
  expect(claims(two, ['b/x.tif'])).toEqual([null, 'b/x.tif']);
  expect(claims(two, ['a/x', 'x.tif'])).toEqual(['a/x', 'x.tif']);
  expect(claims(two, ['x.tif'])).toEqual([
    { kind: 'shared', entry: 'x.tif', rival: 'b/x' },
    { kind: 'shared', entry: 'x.tif', rival: 'a/x' },
  ]);
  // Planes of one file.
  const planes = [image('s [1]', '/data/s.tif'), image('s [2]', '/data/s.tif')];
  expect(claims(planes, ['s.tif'])).toMatchObject([{ kind: 'shared' }, { kind: 'shared' }]);
  expect(claims(planes, ['s [2]', 's [1]'])).toEqual(['s [1]', 's [2]']);
});

test('an entry without folders fits better than one with other folders', () => {
  const one = [image('x', '/data/mine/x.tif')];
  expect(claims(one, ['x.tif', 'old/x.tif'])).toEqual(['x.tif']);
  expect(claims(one, ['old/x.tif', 'mine/x.tif'])).toEqual(['mine/x.tif']);
  expect(claims(one, ['old/x.tif'])).toEqual(['old/x.tif']);
  expect(claims(one, ['a/x.tif', 'b/x.tif'])).toEqual([{ kind: 'several', entries: ['a/x.tif', 'b/x.tif'] }]);
  expect(claims(one, ['y.tif'])).toEqual([null]);
});

test('an image is known by each of its files, and in either form of its letters', () => {
  const channels = [image('cells', '/data/é_dna.tif', '/data/é_cells.tif')];
  expect(claims(channels, ['e\u0301_cells.tif'])).toEqual(['e\u0301_cells.tif']);
});
