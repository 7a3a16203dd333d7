import { expect, test } from 'vitest';
import { keyLines, matches, paletteGroups } from '../../../src-renderer/app/listed-actions.ts';
import type { Action, ActionGroup } from '../../../src-renderer/state/keyboard.svelte.ts';

const run = (): void => undefined;
const picks = [1, 2, 3].map((number): Action => ({
  keys: [String(number)],
  label: `Pick candidate ${number}`,
  line: { label: 'Pick a candidate', keys: ['1–3'] },
  silent: number > 1,
  run,
}));
const groups: ActionGroup[] = [
  { title: 'Foreground', actions: [...picks, { keys: [], label: 'Accept all', run }] },
  {
    title: 'View',
    actions: [
      { keys: ['f'], label: 'Fit the image', run },
      { keys: ['h'], label: 'Hide', run, release: run },
    ],
  },
  { title: 'View', actions: [{ keys: ['1'], label: 'Actual pixels', run }] },
];
const labels = (found: { title: string; lines: { label: string }[] }[]) =>
  found.map(({ title, lines }) => [title, ...lines.map(({ label }) => label)]);

test('the key sheet has a line per key or per range of keys, and no action without a key', () => {
  expect(labels(keyLines(groups, '', (keys) => keys))).toEqual([
    ['Foreground', 'Pick a candidate'],
    ['View', 'Fit the image', 'Hide', 'Actual pixels'],
  ]);
});

test('the key sheet is searched by action, by group and by key', () => {
  expect(labels(keyLines(groups, 'image FIT', (keys) => keys))).toEqual([['View', 'Fit the image']]);
  expect(labels(keyLines(groups, 'foreg', (keys) => keys))).toEqual([['Foreground', 'Pick a candidate']]);
  const caption = (keys: string) => (keys === 'h' ? 'Ctrl H' : keys);
  expect(labels(keyLines(groups, 'ctrl h', caption))).toEqual([['View', 'Hide']]);
  expect(keyLines(groups, 'nothing of this', (keys) => keys)).toEqual([]);
});

test('the palette has every action, each of a range too, but none that a key must be held for', () => {
  const found = paletteGroups([...groups, groups[1]!]);
  expect(found.map(({ title, actions }) => [title, ...actions.map(({ label }) => label)])).toEqual([
    ['Foreground', 'Pick candidate 1', 'Pick candidate 2', 'Pick candidate 3', 'Accept all'],
    ['View', 'Fit the image', 'Actual pixels'],
  ]);
});

test('a search finds words in any order', () => {
  expect(matches('image next', 'Next image')).toBe(true);
  expect(matches('', 'anything')).toBe(true);
  expect(matches('next cell', 'Next image')).toBe(false);
});
