import { readdirSync } from 'node:fs';
import { cruise } from 'dependency-cruiser';
import type { ICruiseResult } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { describe, expect, test } from 'vitest';
import { folderCycles, folderOf, forbidden, mayImport, options } from './architecture-rules.ts';
import { namesUsedTwice } from './names-used-twice.ts';
import { unusedExports } from './unused-exports.ts';

/** All violations of the rules in the sources below a folder. */
async function breachesIn(folder: string, sources: string[]): Promise<string[]> {
  const result = await cruise(
    sources,
    { ...options, baseDir: folder, ruleSet: { forbidden }, validate: true },
    undefined,
    { tsConfig: extractTsConfig('tsconfig.json') },
  );
  const { summary, modules } = result.output as ICruiseResult;
  expect(modules.length).toBeGreaterThan(0);
  const imports = modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }) => [source, resolved] as const),
  );
  const ours = imports.filter((ends) => ends.every((path) => /^src-main\/.+\//.test(path)));
  return [
    ...summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
    ...folderCycles(ours).map((cycle) => `no-folder-cycles: ${cycle}`),
  ];
}

/** The rules of CONTRIBUTING.md, checked on every import of the sources. */
test('the house keeps its laws', async () => {
  expect(await breachesIn(process.cwd(), ['src-main', 'src-renderer'])).toEqual([]);
});

test('every module is in the list of who may import whom', () => {
  const modules = readdirSync('src-main', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(Object.keys(mayImport).sort()).toEqual(
    [...modules.map(({ name }) => name), 'processes/entries'].sort(),
  );
});

test('a house that breaks the laws is found out', async () => {
  const breaches = await breachesIn('test/fixtures/crooked-house', ['src-main']);
  expect(breaches.sort()).toEqual([
    'cli-imports-only-what-it-may: src-main/cli/verb.ts -> src-main/processes/supervisor.ts',
    'imaging-imports-only-what-it-may: src-main/imaging/raster.ts -> src-main/host/host.ts',
    'no-folder-cycles: tasks/images -> tasks/review -> tasks/images',
    'processes-imports-only-what-it-may: src-main/processes/supervisor.ts -> src-main/processes/entries/jobs.ts',
    'science-knows-no-application: src-main/imaging/raster.ts -> src-main/host/host.ts',
    'science-knows-no-electron-and-no-file-system: src-main/imaging/raster.ts -> fs',
  ]);
});

test('every exported value is used by the program', () => {
  expect(unusedExports(['src-main', 'src-renderer'], ['build'], ['test'])).toEqual([]);
});

test('an export that nothing or only a test uses is found out', () => {
  const house = 'test/fixtures/crooked-house';
  expect(unusedExports([`${house}/src-main`], [], [`${house}/test`])).toEqual([
    `${house}/src-main/cli/verb.ts: verb, which no other file imports`,
    `${house}/src-main/imaging/raster.ts: raster, which tests alone use`,
    `${house}/src-main/tasks/images/add.ts: add, which no other file imports`,
    `${house}/src-main/tasks/review/read.ts: read, which no other file imports`,
  ]);
});

test('a name means one thing: no two files export the same name, or are called the same', () => {
  expect(namesUsedTwice(['src-main', 'src-renderer'])).toEqual([]);
});

test('a name that two files use is found out', () => {
  const house = 'test/fixtures/crooked-house/src-main';
  expect(namesUsedTwice([house])).toEqual([
    `Box: ${house}/imaging/raster.ts, ${house}/tasks/review/read.ts`,
    `mark.ts: ${house}/imaging/mark.ts, ${house}/tasks/review/mark.ts`,
  ]);
});

describe('folders', () => {
  test.each([
    ['src-main/imaging/tiff/open.ts', 'imaging'],
    ['src-main/tasks/for-each-item.ts', 'tasks'],
    ['src-main/tasks/images/add.ts', 'tasks/images'],
    ['src-main/processes/supervisor.ts', 'processes'],
    ['src-main/processes/entries/imaging.ts', 'processes/entries'],
  ])('%s counts to %s', (path, folder) => {
    expect(folderOf(path)).toBe(folder);
  });

  test('no cycle where folders import downwards only', () => {
    const imports = [
      ['src-main/a/x.ts', 'src-main/b/y.ts'],
      ['src-main/b/y.ts', 'src-main/c/z.ts'],
      ['src-main/a/x.ts', 'src-main/c/z.ts'],
    ] as const;
    expect(folderCycles(imports)).toEqual([]);
  });

  test('a cycle over three folders is named once, though no file imports itself', () => {
    const imports = [
      ['src-main/c/1.ts', 'src-main/a/1.ts'],
      ['src-main/a/2.ts', 'src-main/b/1.ts'],
      ['src-main/b/2.ts', 'src-main/c/2.ts'],
    ] as const;
    expect(folderCycles(imports)).toEqual(['a -> b -> c -> a']);
  });
});
