import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  applyLanguage,
  rememberedLanguage,
  shownLanguage,
  systemLanguage,
} from '../../../src-renderer/languages/shown-language.svelte.ts';

const page = { documentElement: { lang: '' } };
const kept = new Map<string, string>();

beforeEach(() => {
  kept.clear();
  vi.stubGlobal('document', page);
  vi.stubGlobal('navigator', { languages: ['fr-CA', 'de-AT', 'en-US'] });
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});
afterEach(() => vi.unstubAllGlobals());

test.each([
  [['de-DE', 'en'], 'de'],
  [['fr', 'de'], 'de'],
  [['EN-us'], 'en'],
  [['ja', 'fr'], 'en'],
  [[], 'en'],
  [['toString'], 'en'],
] as const)('with %j the window speaks %s', (wanted, language) => {
  expect(systemLanguage(wanted)).toBe(language);
});

test('the choice is kept, and the page says its language', () => {
  expect(rememberedLanguage()).toBe('system');
  applyLanguage('de');
  expect([shownLanguage(), page.documentElement.lang, rememberedLanguage()]).toEqual(['de', 'de', 'de']);
  applyLanguage('en');
  expect([shownLanguage(), page.documentElement.lang, rememberedLanguage()]).toEqual(['en', 'en', 'en']);
});

test('without a choice the system decides', () => {
  applyLanguage('system');
  expect([shownLanguage(), rememberedLanguage()]).toEqual(['de', 'system']);
});

test('what reads the language follows it', () => {
  applyLanguage('en');
  const greeting = $derived(shownLanguage() === 'de' ? 'Guten Tag' : 'Hello');
  const shown = (): string => greeting;
  expect(shown()).toBe('Hello');
  applyLanguage('de');
  expect(shown()).toBe('Guten Tag');
});
