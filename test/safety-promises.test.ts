import { expect, test } from 'vitest';
import { faultOf, tableOfTests } from './fixtures/table-of-tests.ts';

test('every promise of docs/measured/safety.md names tests that exist', () => {
  const promises = tableOfTests('docs/measured/safety.md');
  expect(promises.size).toBeGreaterThan(20);
  for (const [promise, tests] of promises) {
    expect.soft(tests.length, promise).toBeGreaterThan(0);
    for (const test of tests) expect.soft(faultOf(test), promise).toBe(null);
  }
});

test('a missing file and a missing title are found', () => {
  expect(faultOf({ file: 'test/none.test.ts', title: null })).toContain('does not exist');
  expect(faultOf({ file: 'test/safety-promises.test.ts', title: 'no' + ' such title' })).toContain('no such');
});
