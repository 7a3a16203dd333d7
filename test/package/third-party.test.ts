import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { checkBundled } from '../../build/check-bundled.ts';
import { coveredPackages, licenceTexts } from '../../build/licence-texts.ts';
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

test('licences.txt has the licences of what the program, its page and its guide contain; npm run licences writes it', async () => {
  const lock = await readLock(at('package-lock.json'));
  const kept = readFileSync(at('src-renderer/public/licences.txt'), 'utf8');
  expect(kept).toBe(await licenceTexts(lock, at('.')));
  for (const name of coveredPackages(lock)) expect(kept).toMatch(new RegExp(`^${name} \\d`, 'm'));
  expect(kept.match(/Permission is hereby granted/g)!.length).toBeGreaterThan(50);
  expect(kept).toContain('Copyright (c) 2025 Kidus Adugna');
});

test('a build whose page contains a package without its licence text fails', async () => {
  const { generateBundle } = checkBundled();
  const page = (...moduleIds: string[]) => ({ 'page.js': { type: 'chunk', moduleIds } });
  await generateBundle(null, page('/a/node_modules/svelte/src/index.js', '/a/src-renderer/main.ts'));
  const unknown = page(
    '\0/a/node_modules/@scope/unknown/x.js?commonjs-module',
    '/a/node_modules/vitest/x.js',
  );
  await expect(generateBundle(null, unknown)).rejects.toThrow('@scope/unknown, vitest');
});
