import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { readLock, thirdPartyPage } from '../../build/third-party.ts';
import type { Lock } from '../../build/third-party.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

test('docs/third-party.md lists the packages of package-lock.json; npm run licences writes it', async () => {
  const page = thirdPartyPage(await readLock(at('package-lock.json')));
  const kept = readFileSync(at('docs/third-party.md'), 'utf8');
  expect(kept).toBe(await format(page, { parser: 'markdown' }));
});

test.each([
  ['no licence', {}, 'a 1.0.0: unknown'],
  ['a licence that is not permissive', { license: 'GPL-3.0' }, 'a 1.0.0: GPL-3.0'],
  ['one of two that both hold', { license: '(MIT AND GPL-3.0)' }, 'a 1.0.0: (MIT AND GPL-3.0)'],
  ['an unexplained install script', { license: 'MIT', hasInstallScript: true }, 'a: its install script'],
])('a package with %s is refused by name', (_, said, fault) => {
  const lock: Lock = { packages: { '': {}, 'node_modules/b/node_modules/a': { version: '1.0.0', ...said } } };
  expect(() => thirdPartyPage(lock)).toThrow(fault);
});

test('a choice of licences is allowed if one of them is', () => {
  const lock: Lock = { packages: { 'node_modules/a': { version: '1.0.0', license: '(GPL-3.0 OR MIT)' } } };
  expect(thirdPartyPage(lock)).toContain('| a | 1.0.0 | (GPL-3.0 OR MIT) |');
});
