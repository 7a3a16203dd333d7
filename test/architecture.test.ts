import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cruise } from 'dependency-cruiser';
import type { ICruiseResult } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { describe, expect, test } from 'vitest';
import { folderCycles, folderOf, forbidden, mayImport, options } from './architecture-rules.ts';
import { namesUsedTwice } from './names-used-twice.ts';
import { filesIn, importsOf, parsed, unusedExports } from './unused-exports.ts';

/**
 * Imports of components, from file to file. dependency-cruiser compiles components first, so it does not see
 * their imports of types.
 */
function importsOfComponents(folder: string, source: string): (readonly [from: string, to: string])[] {
  return filesIn(join(folder, source))
    .filter((file) => file.endsWith('.svelte'))
    .flatMap((file) => [...importsOf(parsed(file)).keys()].map((path) => [file, path]))
    .map(([from = '', to = '']) => [relative(folder, from), relative(folder, to)] as const);
}

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
  const ofComponents = sources.flatMap((source) => importsOfComponents(folder, source));
  const ours = [...imports, ...ofComponents].filter((ends) =>
    ends.every((path) => /^src-(main|renderer)\/.+\//.test(path)),
  );
  return [
    ...summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
    ...ofComponents
      .filter(([, to]) => /^src-main\/(?!contract\/)/.test(to))
      .map(([from, to]) => `renderer-knows-only-the-contract: ${from} -> ${to}`),
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
  const breaches = await breachesIn('test/fixtures/crooked-house', ['src-main', 'src-renderer']);
  expect(breaches.sort()).toEqual([
    'cli-imports-only-what-it-may: src-main/cli/verb.ts -> src-main/processes/supervisor.ts',
    'imaging-imports-only-what-it-may: src-main/imaging/raster.ts -> src-main/host/host.ts',
    'no-folder-cycles: src-main/tasks/images -> src-main/tasks/review -> src-main/tasks/images',
    'no-folder-cycles: src-renderer/state -> src-renderer/ui -> src-renderer/state',
    'processes-imports-only-what-it-may: src-main/processes/supervisor.ts -> src-main/processes/entries/jobs.ts',
    'renderer-knows-only-the-contract: src-renderer/ui/Panel.svelte -> src-main/host/host.ts',
    'science-knows-no-application: src-main/imaging/raster.ts -> src-main/host/host.ts',
    'science-uses-only-these-modules-of-node: src-main/imaging/raster.ts -> fs',
  ]);
});

test('every exported value is used by the program', () => {
  // `build` is not the program. With these two it makes the included base model.
  expect(unusedExports(['src-main', 'src-renderer'], [], ['build', 'test'])).toEqual([
    'src-main/sample/generate-look-image.ts: generateLookImage, which tests alone use',
    'src-main/sample/look-settings.ts: lookSettings, which tests alone use',
  ]);
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
    ['src-main/imaging/tiff/open.ts', 'src-main/imaging/tiff'],
    ['src-main/tasks/for-each-item.ts', 'src-main/tasks'],
    ['src-main/tasks/images/add.ts', 'src-main/tasks/images'],
    ['src-main/processes/entries/imaging.ts', 'src-main/processes/entries'],
    ['src-main/cli/verbs/add.ts', 'src-main/cli'],
    ['src-renderer/viewer/gl/painter.ts', 'src-renderer/viewer'],
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
    expect(folderCycles(imports)).toEqual(['src-main/a -> src-main/b -> src-main/c -> src-main/a']);
  });
});
