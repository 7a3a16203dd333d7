import { expect, test } from 'vitest';
import type { Progress } from '../../../src-main/contract/job.ts';
import { forEachItem } from '../../../src-main/workers/jobs/for-each-item.ts';

test('what an item tells of itself counts as its part of the whole', async () => {
  const told: Progress[] = [];
  const control = {
    signal: new AbortController().signal,
    onProgress: (progress: Progress) => void told.push(progress),
  };
  const options = { message: 'Segmenting', nameOf: (name: string) => name };
  const failures = await forEachItem(['a', 'b'], control, options, async (_, part) => {
    part.onProgress({ done: 1, total: 4, message: 'tile 1 of 4' });
    await Promise.resolve();
  });
  expect(failures).toEqual([]);
  expect(told).toEqual([
    { done: 0, total: 2, message: 'Segmenting a' },
    { done: 0.25, total: 2, message: 'Segmenting a' },
    { done: 1, total: 2, message: 'Segmenting b' },
    { done: 1.25, total: 2, message: 'Segmenting b' },
    { done: 2, total: 2, message: 'Done' },
  ]);
});
