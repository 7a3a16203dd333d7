import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { hostTexts, isHostFile } from '../../../src-renderer/languages/host-texts.js';
import { findHardCoded } from './find-hard-coded.ts';
import { extractTexts, readCatalogues } from './extract-texts.ts';
import type { CatalogueText } from './extract-texts.ts';

let catalogue: CatalogueText[];
const textsOf = new Map<string, string[]>();
const hardCoded = new Map<string, string[]>();

beforeAll(async () => {
  catalogue = await readCatalogues();
  for (const file of sourcesIn('src-main').filter(isHostFile))
    textsOf.set(file, await extractTexts(file, readFileSync(file, 'utf8')));
  const ofWindow = sourcesIn('src-renderer').filter((file) => !/\.d\.ts$|\/languages\//.test(file));
  for (const file of ofWindow) {
    const content = readFileSync(file, 'utf8');
    const texts = await extractTexts(file, content);
    textsOf.set(file, texts);
    const found = findHardCoded(file, content, new Set(texts.flatMap(forms)));
    if (found.length > 0) hardCoded.set(file, found);
  }
});

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file).replaceAll('\\', '/'))
    .filter((file) => /\.(svelte|ts)$/.test(file));
}

/** The forms of a text: two of a plural. */
function forms(key: string): string[] {
  return key.split('\n');
}

/** Placeholders, tags and the number of a plural, in alphabetical order. */
function marks(text: string): string[] {
  return (text.match(/\{\d+\}|<\/?\d+\/?>|#/g) ?? []).toSorted();
}

describe('the catalogues', () => {
  // The key is the English text, so this also finds an English catalogue that differs.
  test('have every text of the sources, and no other (npm run texts)', () => {
    const known = new Set(catalogue.map(({ key }) => key));
    const used = new Set([...textsOf.values()].flat());
    expect(used.size).toBeGreaterThan(1300);
    expect([...used].filter((key) => !known.has(key))).toEqual([]);
    expect(catalogue.filter(({ key, isUsed }) => !isUsed || !used.has(key)).map(({ key }) => key)).toEqual(
      [],
    );
  });

  test('German has every text, with the same placeholders', () => {
    const lacks = catalogue.filter(({ german }) => german.length === 0 || german.some((form) => form === ''));
    expect(lacks.map(({ key }) => key)).toEqual([]);
    const differs = catalogue.filter(({ english, german }) =>
      german.some((form, i) => String(marks(form)) !== String(marks(english[i] ?? ''))),
    );
    expect(differs.map(({ english, german }) => ({ english, german }))).toEqual([]);
    expect(catalogue.filter(({ english, german }) => english.length !== german.length)).toEqual([]);
  });

  test('name no command to type, except the one that starts a server', () => {
    const named = catalogue.map(({ key }) => key).filter((key) => /\blacss [a-z]+(?! could)/.test(key));
    expect(named.filter((key) => !/lacss (serve|command)\b/.test(key))).toEqual([]);
  });

  test('a text keeps its spaces at both ends', () => {
    const ends = (text: string): string => `${/^\s*/.exec(text)?.[0]}|${/\s*$/.exec(text)?.[0]}`;
    const differs = catalogue.filter(({ english, german }) =>
      german.some((form, i) => ends(form) !== ends(english[i] ?? '')),
    );
    expect(differs.map(({ key }) => key)).toEqual([]);
  });
});

describe('no text is hard-coded', () => {
  test('in the sources of the window', () => {
    expect(Object.fromEntries(hardCoded)).toEqual({});
  });

  test.each([
    ['a property of a class', 'a.ts', `class A { title = 'Not translated'; }`],
    ['a thrown error', 'a.ts', `function f() { throw new LacssError('code', 'Not translated'); }`],
    ['outside a function', 'a.ts', `export const names = { a: 'Not translated' };`],
    ['an expression between tags', 'A.svelte', `<p>{hidden ? 'hidden' : ''}</p>`],
    ['a label', 'A.svelte', `<Field label="radius" />`],
  ])('%s would be found', async (_, file, content) => {
    const texts = await extractTexts(`src-renderer/${file}`, content);
    expect(findHardCoded(file, content, new Set(texts.flatMap(forms)))).toHaveLength(1);
  });

  test.each([
    ['a text between tags', 'A.svelte', `<p>Not yet</p>`, 'Not yet'],
    ['a label', 'A.svelte', `<Field label="Radius" />`, 'Radius'],
    [
      'a sentence of a function',
      'a.ts',
      `export const f = (n: number) => \`about \${n} left\`;`,
      'about {0} left',
    ],
    [
      'a plural',
      'a.ts',
      `export const f = (n: number) => counted(n, ['# cell', '# cells']);`,
      '# cell\n# cells',
    ],
    ['a word', 'a.ts', `export const f = () => phrase('small');`, 'small'],
  ])('%s gets into the catalogues', async (_, file, content, key) => {
    const texts = await extractTexts(`src-renderer/${file}`, content);
    expect(texts).toEqual([key]);
    expect(findHardCoded(file, content, new Set(texts.flatMap(forms)))).toEqual([]);
  });

  test.each([
    ['keys', 'a.ts', `export const f = () => ({ keys: ['Escape', 'Shift+ArrowLeft'] });`],
    ['selectors', 'a.ts', `export const f = () => document.querySelector('[role=dialog], [role=menu]');`],
    ['styles and ids', 'A.svelte', `<p class="wide row" id="a b" style="color: red"></p>`],
    ['units', 'a.ts', 'export const f = (n: number) => `${n} px²`;'],
    ['a header', 'a.ts', 'export const f = (token: string) => `Bearer ${token}`;'],
  ])('%s do not', async (_, file, content) => {
    expect(await extractTexts(`src-renderer/${file}`, content)).toEqual([]);
    expect(findHardCoded(file, content, new Set())).toEqual([]);
  });
});

describe('the texts of the host', () => {
  test.each([
    [
      'an error',
      `throw new LacssError('x', \`${'${name}'} is empty.\`, { subject: path, remedy: 'Copy it again.' });`,
      ['{0} is empty.', 'Copy it again.'],
    ],
    [
      'a sum of texts',
      `throw new LacssError('x', \`${'${a}'} is \` + \`${'${b}'} long.\`);`,
      ['{0} is {1} long.'],
    ],
    [
      'a choice',
      `throw new LacssError('x', isOld ? 'It is old.' : 'It is new.');`,
      ['It is old.', 'It is new.'],
    ],
    ['a reason', `damaged(path, 'it ends too early');`, ['it ends too early']],
    ['a step of undo', `await annotation.edit('Set a threshold', { value });`, ['Set a threshold']],
    ['progress with a name', `f({ message: 'Reading', nameOf: ({ name }) => name });`, ['Reading {0}']],
    ['an error of programmers', `throw new RangeError('It must be positive');`, []],
    ['an option', `throw new LacssError('x', text, { subject: 'a file of theirs' });`, []],
  ])('%s', (_, content, texts) => {
    expect(hostTexts(content, 'src-main/a.ts')).toEqual(texts);
  });
});
