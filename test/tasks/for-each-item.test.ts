import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { LacssError } from '../../src-main/contract/errors.ts';
import type { JobControl, Progress } from '../../src-main/contract/job.ts';
import { forEachItem } from '../../src-main/tasks/for-each-item.ts';

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

/** Items that end when the test says so, in any order. */
function endedByHand(): {
  begun: string[];
  end: (name: string, error?: Error) => void;
  work: (name: string, control: JobControl) => Promise<void>;
} {
  const ends = new Map<string, (error?: Error) => void>();
  const begun: string[] = [];
  return {
    begun,
    end: (name, error) => ends.get(name)!(error),
    work: (name, { signal }) =>
      new Promise((resolve, reject) => {
        begun.push(name);
        signal.addEventListener('abort', () => reject(new LacssError('cancelled', 'Stopped.')));
        ends.set(name, (error) => (error === undefined ? resolve() : reject(error)));
      }),
  };
}

const named = { message: 'Segmenting', nameOf: (name: string) => name, atOnce: 2 };
const nextTurn = (): Promise<void> => new Promise(setImmediate).then(() => undefined);

test('several at a time: never more than asked for, each failure by its name, progress in what has ended', async () => {
  const { begun, end, work } = endedByHand();
  const told: number[] = [];
  const control = {
    signal: new AbortController().signal,
    onProgress: ({ done }: Progress) => void told.push(done),
  };
  const all = forEachItem(['a', 'b', 'c', 'd'], control, named, work);
  await nextTurn();
  expect(begun).toEqual(['a', 'b']);
  end('b');
  await nextTurn();
  await nextTurn();
  expect(begun).toEqual(['a', 'b', 'c']);
  end('c', new LacssError('file-damaged', 'It is cut short.'));
  end('a', new LacssError('file-unsupported', 'It is text.'));
  await nextTurn();
  await nextTurn();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  end('d');
  expect(await all).toEqual([
    { code: 'file-unsupported', message: 'It is text.', subject: 'a' },
    { code: 'file-damaged', message: 'It is cut short.', subject: 'c' },
  ]);
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect(told.at(-1)).toBe(4);
});

test('several at a time: what concerns all stops those under way, and is what is thrown', async () => {
  const { begun, end, work } = endedByHand();
  const control = { signal: new AbortController().signal, onProgress: () => undefined };
  const all = forEachItem(['a', 'b', 'c'], control, named, work);
  await nextTurn();
  end('b', new LacssError('disk-full', 'There is no room.'));
  await expect(all).rejects.toMatchObject({ code: 'disk-full' });
  expect(begun).toEqual(['a', 'b']);
});

test('several at a time: a cancel ends all of them', async () => {
  const { begun, work } = endedByHand();
  const stop = new AbortController();
  const all = forEachItem(['a', 'b', 'c'], { signal: stop.signal, onProgress: () => undefined }, named, work);
  await nextTurn();
  stop.abort();
  await expect(all).rejects.toMatchObject({ code: 'cancelled' });
  expect(begun).toEqual(['a', 'b']);
});

test('a file operation that nobody has looked at fails its item alone, told in words; a fault ends all', async () => {
  const control = { signal: new AbortController().signal, onProgress: () => undefined };
  const options = { message: 'Doing', nameOf: (item: string) => item };
  const done: string[] = [];
  const failures = await forEachItem(['a', 'b', 'c'], control, options, async (item) => {
    if (item === 'b') await readFile(tmpdir());
    done.push(item);
  });
  expect(done).toEqual(['a', 'c']);
  expect(failures).toMatchObject([{ subject: 'b', code: 'file-unreadable' }]);
  const faulty = forEachItem(['a'], control, options, () => Promise.reject(new TypeError('x')));
  await expect(faulty).rejects.toThrow(TypeError);
});
