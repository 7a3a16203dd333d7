import { expect, test } from 'vitest';
import { flood } from '../../../src-main/imaging/padding/border-regions.ts';

test('a flood visits what is connected, once, and remembers a few runs only, however large it is', () => {
  const side = 200;
  const isWall = (i: number): boolean => i % side === 150;
  const visits = new Uint8Array(side * side);
  let longest = 0;
  const { push } = Array.prototype;
  Array.prototype.push = function (...items) {
    longest = Math.max(longest, this.length);
    return push.apply(this, items);
  };
  const count = flood(
    55 * side + 7,
    side,
    side,
    (i) => visits[i] === 0 && !isWall(i),
    (i) => void (visits[i] = visits[i]! + 1),
  );
  Array.prototype.push = push;
  expect(count).toBe(150 * side);
  expect(visits).toEqual(Uint8Array.from(visits, (_, i) => (i % side < 150 ? 1 : 0)));
  expect(longest).toBeLessThan(10);
});
