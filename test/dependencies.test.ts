import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

interface Manifest {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}
const manifest = JSON.parse(read('package.json')) as Manifest;
const packages = [manifest.dependencies, manifest.optionalDependencies, manifest.devDependencies].flatMap(
  (group) => Object.keys(group),
);

/** Used without an import or a script, and by whom. */
const usedElsewhere: Record<string, string> = {
  '@internationalized/date': 'bits-ui asks for it',
  '@types/node': 'types of node',
  '@types/rbush': 'types of rbush',
  '@types/ws': 'types of ws',
  '@vitest/coverage-v8': 'vitest --coverage',
  'electron-builder': 'npx electron-builder, in the workflows and in test/package',
};

/** Everything in which a package can be named, except where packages are listed. */
const sources = execFileSync('git', ['ls-files', '*.ts', '*.js', '*.svelte', '*.yml', '.prettierrc*'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && path !== 'test/dependencies.test.ts' && path !== 'build/licence-texts.ts')
  .map(read)
  .join('\n');
/** Programs by the names under which scripts call them. */
const commands = new Map([['tsc', 'typescript'], ...packages.map((name): [string, string] => [name, name])]);
const scripts = Object.values(manifest.scripts).flatMap((script) => script.split(/[\s;&]+/));
const called = new Set(scripts.map((word) => commands.get(word)));

function isUsed(name: string): boolean {
  const imported = new RegExp(`['"]${name.replaceAll('/', '\\/')}(/[^'"]*)?['"]`);
  return imported.test(sources) || called.has(name) || name in usedElsewhere;
}

test('every dependency is imported, called by a script, or asked for by another one', () => {
  expect(packages.filter((name) => !isUsed(name))).toEqual([]);
  expect(Object.keys(usedElsewhere).filter((name) => !packages.includes(name))).toEqual([]);
});

test('a package that nothing uses is found', () => {
  expect(isUsed('left' + '-pad')).toBe(false);
});

test('docs/dependencies.md judges every dependency at its version, and CONTRIBUTING says why it is there', () => {
  const review = read('docs/dependencies.md');
  const cells = [...review.matchAll(/^\| (\S+) \| (\S+) \|/gm)];
  const rows = cells.map(([, name, version]) => `${name} ${version}`);
  const versions = {
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.devDependencies,
  };
  expect(rows.filter((row) => row !== 'package version' && !row.startsWith('---')).sort()).toEqual(
    packages.map((name) => `${name} ${versions[name]}`).sort(),
  );
  const table = read('CONTRIBUTING.md').split('## Dependencies')[1]!.split('\n## ')[0]!;
  expect(packages.filter((name) => !table.includes(name))).toEqual([]);
});
