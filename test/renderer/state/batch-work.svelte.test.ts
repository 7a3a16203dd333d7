import { expect, test, vi } from 'vitest';
import { BatchWork } from '../../../src-renderer/state/batch-work.svelte.ts';

test('the time left follows from the images that are done', async () => {
  const work = new BatchWork();
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  await work.run(40, ({ onProgress }) => {
    const tell = (done: number, atMs: number): number | null => {
      clock.mockReturnValue(atMs);
      onProgress({ done, total: 40, message: '' });
      return work.secondsLeft;
    };
    expect(tell(0.5, 5000)).toBeNull();
    // 10 images took 20 s, 30 are left.
    expect(tell(10, 20_000)).toBe(60);
    return Promise.resolve();
  });
  clock.mockRestore();
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
