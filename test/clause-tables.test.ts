import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clausesOf, faultOf, tableOfTests, testsIn } from './fixtures/table-of-tests.ts';

const folder = new URL('../docs/measured/', import.meta.url);
const read = (page: string): string => readFileSync(new URL(page, folder), 'utf8');

/** The part of a link behind `#` that leads to a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

function hasHeading(text: string, anchor: string): boolean {
  return [...text.matchAll(/^##+ (.+)$/gm)].some(([, heading]) => anchorOf(heading!) === anchor);
}

/** Everything that a proof names, with why it is wrong; `null` where it is right. */
function faultsIn(page: string, proof: string): [named: string, fault: string | null][] {
  const text = read(page);
  const promises = tableOfTests(`docs/measured/${page}`);
  return [
    ...testsIn(proof).map((named): [string, string | null] => [named.file, faultOf(named)]),
    ...[...proof.matchAll(/`([a-z0-9-]+)`/g)]
      .filter(([, name]) => promises.size > 0 && name !== 'lacss')
      .map(([, name]): [string, string | null] => [name!, promises.has(name!) ? null : 'no such promise']),
    ...[...proof.matchAll(/under "([^"]+)"/g)].map(([, heading]): [string, string | null] => [
      heading!,
      hasHeading(text, anchorOf(heading!)) ? null : 'no such heading',
    ]),
    ...[...proof.matchAll(/\]\((\S+?\.md)(?:#(\S+?))?\)/g)].map(
      ([, path, anchor]): [string, string | null] => {
        if (!existsSync(new URL(path!, folder))) return [path!, 'no such page'];
        return [
          path!,
          anchor === undefined || hasHeading(read(path!), anchor) ? null : `no heading ${anchor}`,
        ];
      },
    ),
  ];
}

test.each([
  ['safety.md', 50],
  ['review.md', 50],
  ['shipping.md', 50],
  ['window.md', 50],
  ['house.md', 30],
  ['accuracy.md', 20],
])('every clause of docs/measured/%s names a proof that exists, or says that none does', (page, least) => {
  const clauses = clausesOf(read(page));
  expect(clauses.length).toBeGreaterThan(least);
  for (const { clause, proof } of clauses) {
    const faults = faultsIn(page, proof);
    if (!proof.startsWith('Not shown: ')) expect.soft(faults.length, clause).toBeGreaterThan(0);
    for (const [named, fault] of faults) expect.soft(fault, `${clause}: ${named}`).toBe(null);
  }
});

test('a missing test, heading and page are found', () => {
  const faults = faultsIn('safety.md', '`test/none.test.ts`, `no-promise`, under "None", [page](none.md)');
  expect(faults.map(([, fault]) => fault === null)).toEqual([false, false, false, false]);
  expect(faultsIn('review.md', '[lessons](../teaching.md#none)')).toEqual([
    ['../teaching.md', 'no heading none'],
  ]);
});
