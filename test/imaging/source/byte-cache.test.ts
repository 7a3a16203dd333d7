import { expect, test } from 'vitest';
import { ByteCache } from '../../../src-main/imaging/source/byte-cache.ts';

test('what was used longest ago goes first', () => {
  const cache = new ByteCache<string>(10);
  cache.set('a', 'A', 4);
  cache.set('b', 'B', 4);
  expect(cache.get('a')).toBe('A');
  cache.set('c', 'C', 4);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C']);
});

test('the newest stays though it is too large by itself', () => {
  const cache = new ByteCache<string>(10);
  cache.set('a', 'A', 4);
  cache.set('big', 'B', 100);
  expect([cache.get('a'), cache.get('big')]).toEqual([undefined, 'B']);
  cache.set('c', 'C', 4);
  expect([cache.get('big'), cache.get('c')]).toEqual([undefined, 'C']);
});

test('a value set again counts once', () => {
  const cache = new ByteCache<string>(10);
  for (let i = 0; i < 5; i++) cache.set('a', `A${i}`, 6);
  cache.set('b', 'B', 4);
  expect([cache.get('a'), cache.get('b')]).toEqual(['A4', 'B']);
});
