import { expect, test } from 'vitest';
import type { JobControl, Progress } from '../../src-main/contract/job.ts';
import { stagedProgress } from '../../src-main/tasks/staged-progress.ts';

test('several jobs are shown as one, each with its share', () => {
  const seen: Progress[] = [];
  const control = {
    signal: new AbortController().signal,
    onProgress: (report: Progress) => void seen.push(report),
  };
  const stages = [
    { name: 'a', weight: 10 },
    { name: 'b', weight: 30 },
  ];
  const [first, second] = stagedProgress(stages, control) as [JobControl, JobControl];
  first.onProgress({ done: 1, total: 2, message: 'half of a' });
  second.onProgress({ done: 1, total: 3, message: 'a third of b' });
  second.onProgress({ done: 0, total: 0, message: 'nothing to do' });
  expect(seen).toEqual([
    { done: 5, total: 40, message: '1/2 half of a' },
    { done: 20, total: 40, message: '2/2 a third of b' },
    { done: 10, total: 40, message: '2/2 nothing to do' },
  ]);
});
