import { expect, test } from 'vitest';
import { BatchWork, secondsLeft } from '../../../src-renderer/state/batch-work.svelte.ts';

test('the time left follows from the images that are done', () => {
  expect(secondsLeft(0, 226, 5000)).toBeNull();
  expect(secondsLeft(0.5, 226, 5000)).toBeNull();
  // 10 images took 20 s, 30 are left.
  expect(secondsLeft(10, 40, 20_000)).toBe(60);
});

test('work shows how far it is, can be cancelled, and can start again', async () => {
  const work = new BatchWork();
  expect(work.running).toBe(false);
  const seen: unknown[] = [];
  const first = work.run(3, ({ signal, onProgress }) => {
    seen.push(work.progress);
    onProgress({ done: 1, total: 3, message: 'Reading b' });
    seen.push(work.progress);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
  });
  expect(work.running).toBe(true);
  work.cancel();
  await expect(first).rejects.toThrow('stopped');
  expect(seen).toEqual([
    { done: 0, total: 3 },
    { done: 1, total: 3 },
  ]);
  expect(work.running).toBe(false);
  expect(await work.run(1, ({ signal }) => Promise.resolve(signal.aborted))).toBe(false);
});
