import { expect, test } from 'vitest';
import { SharedWork } from '../../src-main/tasks/shared-work.ts';

function stoppable(): { work: SharedWork<string>; finish: (value: string) => void } {
  let finish: (value: string) => void = () => undefined;
  const work = new SharedWork(
    (signal) =>
      new Promise<string>((resolve, reject) => {
        finish = resolve;
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      }),
  );
  return { work, finish: (value) => finish(value) };
}

test('all who wait get the result', async () => {
  const { work, finish } = stoppable();
  const waiting = [work.wait(new AbortController().signal), work.wait(new AbortController().signal)];
  finish('done');
  expect(await Promise.all(waiting)).toEqual(['done', 'done']);
});

test('it goes on while anyone waits, and stops when the last has gone', async () => {
  const { work } = stoppable();
  const [one, two] = [new AbortController(), new AbortController()];
  const waiting = [work.wait(one.signal), work.wait(two.signal)];
  one.abort();
  expect(work.stopped).toBe(false);
  two.abort();
  expect(work.stopped).toBe(true);
  expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('one who has gone already does not keep it going', async () => {
  const { work } = stoppable();
  await expect(work.wait(AbortSignal.abort())).rejects.toThrow('stopped');
});
