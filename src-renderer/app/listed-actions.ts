import type { Action, ActionGroup } from '../state/keyboard.svelte.ts';

/** One line of the key sheet. */
export interface KeyLine {
  label: string;
  keys: readonly string[];
}

/** Groups of the same title become one, in the order of their first. */
function merged(groups: readonly ActionGroup[]): ActionGroup[] {
  const titles = [...new Set(groups.map(({ title }) => title))];
  return titles.map((title) => ({
    title,
    actions: groups.filter((group) => group.title === title).flatMap(({ actions }) => actions),
  }));
}

/** Whether every word of a search is in a text, in any order. */
export function matches(search: string, ...texts: string[]): boolean {
  const text = texts.join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The lines of the key sheet: every action with a key, by group. */
export function keyLines(
  groups: readonly ActionGroup[],
  search: string,
  caption: (keys: string) => string,
): { title: string; lines: KeyLine[] }[] {
  return merged(groups)
    .map(({ title, actions }) => ({
      title,
      lines: actions
        .filter(({ keys, silent }) => keys.length > 0 && !silent)
        .map(({ label, keys, line }) => line ?? { label, keys })
        .filter(({ label, keys }) => matches(search, title, label, ...keys.map(caption))),
    }))
    .filter(({ lines }) => lines.length > 0);
}

/** The actions that can be run from a list, by group. Keys to hold are not among them. */
export function paletteGroups(groups: readonly ActionGroup[]): ActionGroup[] {
  return merged(groups)
    .map(({ title, actions }) => ({ title, actions: withoutRepeats(actions.filter(isRunnable)) }))
    .filter(({ actions }) => actions.length > 0);
}

function isRunnable({ release }: Action): boolean {
  return release === undefined;
}

function withoutRepeats(actions: readonly Action[]): Action[] {
  const labels = new Set<string>();
  return actions.filter(({ label }) => !labels.has(label) && labels.add(label));
}
