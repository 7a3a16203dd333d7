import { expect, test } from 'vitest';
import { completePath, withoutTilde } from '../../../src-renderer/state/path-completion.ts';

const listing = {
  path: '/home/ada',
  parent: null,
  entries: [
    { name: 'Images', path: '/home/ada/Images', kind: 'folder' as const, bytes: 0 },
    { name: 'imports', path: '/home/ada/imports', kind: 'project' as const, bytes: 0 },
    { name: 'im.tif', path: '/home/ada/im.tif', kind: 'file' as const, bytes: 7 },
  ],
};

test('a typed path is completed by what is in its folder, in upper and lower case', () => {
  expect(completePath('/home/ada/im', listing, true)).toEqual([
    '/home/ada/Images',
    '/home/ada/imports',
    '/home/ada/im.tif',
  ]);
  expect(completePath('/home/ada/im', listing, false)).toEqual(['/home/ada/Images', '/home/ada/imports']);
  expect(completePath('/home/ada/', listing, false)).toHaveLength(2);
  expect(completePath('/home/ada/Images', listing, true)).toEqual([]);
});

test('a tilde is the home folder, at the start of a path only', () => {
  expect(withoutTilde('~', '/home/ada')).toBe('/home/ada');
  expect(withoutTilde('~/im', '/home/ada')).toBe('/home/ada/im');
  expect(withoutTilde('~\\im', 'C:\\Users\\ada')).toBe('C:\\Users\\ada\\im');
  expect(withoutTilde('/data/~ada', '/home/ada')).toBe('/data/~ada');
  expect(withoutTilde('~ada', '/home/ada')).toBe('~ada');
});
