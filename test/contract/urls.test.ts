import { expect, test } from 'vitest';
import { parsePixelUrl, thumbnailUrl, tileUrl } from '../../src-main/contract/urls.ts';

const tile = {
  project: 'p1',
  image: 'B 07/ä'.replace('/', '_'),
  pixels: 'ab12',
  t: 0,
  z: 1,
  c: 2,
  level: 3,
  row: 4,
  column: 5,
};

test('a tile URL names its tile', () => {
  expect(parsePixelUrl(tileUrl(tile))).toEqual({ kind: 'tile', ...tile });
});

test('a thumbnail URL names its thumbnail', () => {
  const thumbnail = { project: 'p1', image: 'a.b', pixels: 'ff', size: 192 };
  expect(thumbnailUrl(thumbnail)).toBe('thumbnail/p1/a.b/ff/192');
  expect(parsePixelUrl(thumbnailUrl(thumbnail))).toEqual({ kind: 'thumbnail', ...thumbnail });
});

test.each([
  'tile',
  'tile/p1/a/ff/0/0/0/0/0',
  'tile/p1/a/ff/0/0/0/0/0/0/0',
  'tile/p1/a/ff/0/0/0/0/0/-1',
  'tile/p1/a/ff/0/0/0/0/0/1e3',
  'tile/P1/a/ff/0/0/0/0/0/0',
  'tile/p1/../ff/0/0/0/0/0/0',
  'tile/p1/%2e%2e/ff/0/0/0/0/0/0',
  'tile/p1/a%2fb/ff/0/0/0/0/0/0',
  'tile/p1/a%5cb/ff/0/0/0/0/0/0',
  'tile/p1/%E0%A4%A/ff/0/0/0/0/0/0',
  'tile/p1//ff/0/0/0/0/0/0',
  'thumbnail/p1/a/ff/97',
  'picture/p1/a/ff/96',
])('%s names nothing', (path) => {
  expect(parsePixelUrl(path)).toBeNull();
});
