import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Thumbnails } from '../../../src-renderer/client/thumbnails.ts';

const live = new Set<string>();
const never = new AbortController().signal;

beforeEach(() => {
  live.clear();
  let count = 0;
  vi.spyOn(URL, 'createObjectURL').mockImplementation(() => {
    const url = `blob:${count++}`;
    live.add(url);
    return url;
  });
  vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => void live.delete(url));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const picture = (bytes: number): Response => new Response(new Uint8Array(bytes));

test('a picture is fetched once and then at hand', async () => {
  const fetch = vi.fn(() => Promise.resolve(picture(10)));
  const thumbnails = new Thumbnails(fetch);
  expect(thumbnails.peek('a')).toBeNull();
  const url = await thumbnails.load('a', never);
  expect(thumbnails.peek('a')).toBe(url);
  expect(await thumbnails.load('a', never)).toBe(url);
  expect(fetch).toHaveBeenCalledExactlyOnceWith('a', never);
});

test('two that ask at once share one URL', async () => {
  const thumbnails = new Thumbnails(() => Promise.resolve(picture(10)));
  const [one, other] = await Promise.all([thumbnails.load('a', never), thumbnails.load('a', never)]);
  expect(one).toBe(other);
  expect(live.size).toBe(1);
});

test('of more than 64 MB the pictures used longest ago are dropped, and their URLs revoked', async () => {
  const thumbnails = new Thumbnails(() => Promise.resolve(picture(24 * 2 ** 20)));
  await thumbnails.load('a', never);
  await thumbnails.load('b', never);
  thumbnails.peek('a');
  await thumbnails.load('c', never);
  expect(thumbnails.peek('b')).toBeNull();
  expect([thumbnails.peek('a'), thumbnails.peek('c')].sort()).toEqual([...live].sort());
});

test('a picture the host does not have is not asked for again', async () => {
  const fetch = vi.fn(() => Promise.resolve(new Response('', { status: 404 })));
  expect(await new Thumbnails(fetch).load('a', never)).toBeNull();
  expect(fetch).toHaveBeenCalledOnce();
});

test('while nobody answers, or another host does, it is asked for again', async () => {
  vi.useFakeTimers();
  const fetch = vi
    .fn<() => Promise<Response>>()
    .mockRejectedValueOnce(new TypeError('Failed to fetch'))
    .mockResolvedValueOnce(new Response('', { status: 401 }))
    .mockImplementation(() => Promise.resolve(picture(10)));
  const loading = new Thumbnails(fetch).load('a', never);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await loading).toBe('blob:0');
  expect(fetch).toHaveBeenCalledTimes(3);
});

test('one that is no longer wanted is given up', async () => {
  const controller = new AbortController();
  const fetch = vi.fn(() => Promise.reject(new TypeError('Failed to fetch')));
  const loading = new Thumbnails(fetch).load('a', controller.signal);
  controller.abort();
  await expect(loading).rejects.toMatchObject({ name: 'AbortError' });
});
