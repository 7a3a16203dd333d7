import { expect, test } from 'vitest';
import { formatPointIds, parsePointIds } from '../../../src-main/tasks/locations/point-ids.ts';

const [found, added] = ['0123456789ab', 'ffffffffffff'];

test('ids that follow one another are one run, and come back in their order', () => {
  const ids = [`${found}.0`, `${found}.1`, `${found}.3`, `${found}.4`, `${added}.0`, `${found}.2`];
  const text = formatPointIds(ids);
  expect(text).toBe(`${found}.0-1 ${found}.3-4 ${added}.0 ${found}.2`);
  expect(parsePointIds(text, 6)).toEqual(ids);
  expect(parsePointIds(formatPointIds([]), 0)).toEqual([]);
});

test('what does not name as many different points as there are is not taken', () => {
  expect(parsePointIds(`${found}.0-1`, 3)).toBeNull();
  expect(parsePointIds(`${found}.0-1 ${found}.1`, 3)).toBeNull();
  expect(parsePointIds(`${found}.0-3000000000`, 3)).toBeNull();
  expect(parsePointIds('x.0-1', 2)).toBeNull();
});
