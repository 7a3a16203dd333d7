import { expect, test } from 'vitest';
import { SessionCache, type CompiledGraph } from '../../../src-main/engine/onnx/session-cache.ts';

function graph(bytes: number, disposed: string[], name: string): CompiledGraph {
  const session = { dispose: () => disposed.push(name) };
  return {
    session: session as unknown as CompiledGraph['session'],
    inputs: [],
    outputs: [],
    onGpu: false,
    bytes,
    flop: 0,
  };
}

test('finds a graph by its structure, and no other', () => {
  const cache = new SessionCache(100);
  const one = graph(10, [], 'one');
  cache.add(Int32Array.of(1, 2, 3), one);
  expect(cache.find(Int32Array.of(1, 2, 3))).toBe(one);
  expect(cache.find(Int32Array.of(1, 2, 4))).toBeUndefined();
  expect(cache.find(Int32Array.of(1, 2))).toBeUndefined();
});

test('beyond its budget it disposes of the graphs unused for longest', () => {
  const disposed: string[] = [];
  const cache = new SessionCache(100);
  cache.add(Int32Array.of(1), graph(40, disposed, 'first'));
  cache.add(Int32Array.of(2), graph(40, disposed, 'second'));
  cache.find(Int32Array.of(1));
  cache.add(Int32Array.of(3), graph(40, disposed, 'third'));
  expect(disposed).toEqual(['second']);
  expect(cache.size).toBe(2);
  expect(cache.find(Int32Array.of(1))).toBeDefined();
});

test('a graph larger than the budget is kept alone', () => {
  const disposed: string[] = [];
  const cache = new SessionCache(100);
  cache.add(Int32Array.of(1), graph(40, disposed, 'small'));
  cache.add(Int32Array.of(2), graph(400, disposed, 'large'));
  expect(disposed).toEqual(['small']);
  expect(cache.find(Int32Array.of(2))).toBeDefined();
  cache.clear();
  expect(disposed).toEqual(['small', 'large']);
  expect(cache.size).toBe(0);
});
