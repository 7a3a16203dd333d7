import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { faultOf, tableOfTests, testsIn } from './fixtures/table-of-tests.ts';

test('every promise of docs/measured/safety.md names tests that exist', () => {
  const promises = tableOfTests('docs/measured/safety.md');
  expect(promises.size).toBeGreaterThan(20);
  for (const [promise, tests] of promises) {
    expect.soft(tests.length, promise).toBeGreaterThan(0);
    for (const test of tests) expect.soft(faultOf(test), promise).toBe(null);
  }
});

test('every clause is shown by a promise, a test or a figure that is there', () => {
  const page = readFileSync(new URL('../docs/measured/safety.md', import.meta.url), 'utf8');
  const promises = tableOfTests('docs/measured/safety.md');
  const table = page.split('## Clause by clause')[1]!.split('\n## ')[0]!;
  const rows = [...table.matchAll(/^\| (?!clause|---|\*\*)(.+?) \| (.+) \|$/gm)];
  expect(rows.length).toBeGreaterThan(50);
  for (const [, clause, cell] of rows) {
    const named = [...cell!.matchAll(/`([a-z0-9-]+)`/g)].map(([, name]) => name!);
    const figures = [...cell!.matchAll(/under "([^"]+)"/g)].map(([, heading]) => heading!);
    const pages = [...cell!.matchAll(/\]\((\S+?\.md)/g)].map(([, path]) => path!);
    const tests = testsIn(cell!);
    expect.soft(named.length + figures.length + pages.length + tests.length, clause).toBeGreaterThan(0);
    for (const name of named) expect.soft(promises.has(name), name).toBe(true);
    for (const heading of figures) expect.soft(page, clause).toMatch(new RegExp(`^##+ ${heading}$`, 'm'));
    for (const test of tests) expect.soft(faultOf(test), clause).toBe(null);
  }
});

test('a missing file and a missing title are found', () => {
  expect(faultOf({ file: 'test/none.test.ts', title: null })).toContain('does not exist');
  expect(faultOf({ file: 'test/safety-promises.test.ts', title: 'no' + ' such title' })).toContain('no such');
});
