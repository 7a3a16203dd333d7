import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import sentences from 'virtual:host-sentences';
import { said } from '../../../src-renderer/languages/said.ts';
import { applyLanguage } from '../../../src-renderer/languages/shown-language.svelte.ts';

vi.stubGlobal('document', { documentElement: { lang: '' } });
vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
beforeEach(() => applyLanguage('de'));
afterAll(() => vi.unstubAllGlobals());

const german = sentences['de'] ?? [];

test('the page has the texts of the host', () => {
  expect(german.length).toBeGreaterThan(500);
});

test('every text is found again by its sentence, with all its values', () => {
  const fill = (text: string): string => text.replaceAll(/\{(\d+)\}/g, (_, number: string) => `v${number}`);
  const wrong = german
    .map(([english, translation]) => ({ english: fill(english), expected: fill(translation) }))
    .filter(({ english, expected }) => said(english) !== expected)
    .map(({ english, expected }) => ({ english, expected, said: said(english) }));
  expect(wrong).toEqual([]);
});

test('in English a sentence stays as it is', () => {
  applyLanguage('en');
  expect(said('This project is not open.')).toBe('This project is not open.');
});

describe('in German', () => {
  test.each([
    ['a sentence', 'This project is not open.', 'Dieses Projekt ist nicht geöffnet.'],
    ['values', 'cells 3.tif is empty.', 'cells 3.tif ist leer.'],
    [
      'a reason within a sentence',
      '/data/a b/x.tif cannot be read: it is a folder.',
      '/data/a b/x.tif kann nicht gelesen werden: es ist ein Ordner.',
    ],
    [
      'two sentences, one after the other',
      'Choose another name. Nothing was changed.',
      'Wählen Sie einen anderen Namen. Es wurde nichts geändert.',
    ],
    [
      'sentences of two places in the host',
      'model-3 is ready. It has the weights of the best epoch, 12: AP50 0.81.',
      'model-3 ist fertig. Es hat die Gewichte der besten Epoche, 12: AP50 0.81.',
    ],
    ['a name that is a word of the catalogue', 'Delete is empty.', 'Delete ist leer.'],
    ['a name with marks of a pattern', 'a$& (1).tif is empty.', 'a$& (1).tif ist leer.'],
    ['an unknown sentence', 'The moon is full.', 'The moon is full.'],
    ['nothing', '', ''],
  ])('%s', (_, sentence, expected) => {
    expect(said(sentence)).toBe(expected);
  });
});
