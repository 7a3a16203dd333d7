import { cruise } from 'dependency-cruiser';
import type { ICruiseResult } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { expect, test } from 'vitest';
import { forbidden, options } from './architecture-rules.ts';

/** The two laws of CONTRIBUTING.md, checked on every import of the sources. */
test('the house keeps its laws', async () => {
  const result = await cruise(
    ['src-main', 'src-renderer'],
    { ...options, ruleSet: { forbidden }, validate: true },
    undefined,
    { tsConfig: extractTsConfig('tsconfig.json') },
  );
  const { summary, modules } = result.output as ICruiseResult;
  expect(modules.length).toBeGreaterThan(0);
  const breaches = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
  expect(breaches).toEqual([]);
});
