import { expect, test } from 'vitest';
import { Latest } from '../../../src-renderer/state/latest.ts';

test('one runs at a time, and of those that wait only the newest', async () => {
  const latest = new Latest();
  const ran: number[] = [];
  let finishFirst = () => {};
  latest.run(() => {
    ran.push(1);
    return new Promise((resolve) => (finishFirst = resolve));
  });
  for (const number of [2, 3, 4]) {
    latest.run(async () => {
      ran.push(number);
    });
  }
  expect(ran).toEqual([1]);
  finishFirst();
  await new Promise((resolve) => setImmediate(resolve));
  expect(ran).toEqual([1, 4]);
});
