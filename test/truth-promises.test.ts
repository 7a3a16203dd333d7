import { expect, test } from 'vitest';
import { faultOf, tableOfTests } from './fixtures/table-of-tests.ts';

test('every promise of docs/measured/truth.md names tests that exist', () => {
  const promises = tableOfTests('docs/measured/truth.md');
  // Its other table, of inputs that once failed, has fewer rows.
  expect(promises.size).toBeGreaterThanOrEqual(40);
  for (const [promise, tests] of promises) {
    expect.soft(tests.length, promise).toBeGreaterThan(0);
    for (const test of tests) expect.soft(faultOf(test), promise).toBe(null);
  }
});
