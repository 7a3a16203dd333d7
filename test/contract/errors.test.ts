import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes } from '../../src-main/contract/errors.ts';

test('the guide has a section for every kind of error, and for no other', () => {
  const guide = readFileSync(new URL('../../docs/guide/errors.md', import.meta.url), 'utf8');
  const sections = [...guide.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(sections.sort()).toEqual([...errorCodes].sort());
});
