import { expect, test } from 'vitest';
import { Loaded } from '../../../src-renderer/state/loaded.svelte.ts';

test('an older answer that comes late replaces nothing, and its request is cancelled', async () => {
  const loaded = new Loaded<string>();
  let answer: (value: string) => void = () => undefined;
  let isCancelled = (): boolean => false;
  const older = loaded.load('first image', (signal) => {
    isCancelled = () => signal.aborted;
    return new Promise((resolve) => (answer = resolve));
  });
  expect(await loaded.load('second image', () => Promise.resolve('second'))).toBe('second');
  expect(isCancelled()).toBe(true);
  answer('first');
  expect(await older).toBeNull();
  expect([loaded.key, loaded.value, loaded.busy]).toEqual(['second image', 'second', false]);
});

test('the earlier value stays until the answer arrives', async () => {
  const loaded = new Loaded<string>();
  await loaded.load('first image', () => Promise.resolve('first'));
  const next = loaded.load('second image', () => Promise.resolve('second'));
  expect([loaded.key, loaded.value, loaded.busy]).toEqual(['first image', 'first', true]);
  await next;
  expect([loaded.key, loaded.value]).toEqual(['second image', 'second']);
});
