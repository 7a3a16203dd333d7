import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Keyboard } from '../../../src-renderer/state/keyboard.svelte.ts';

test('groups that effects register anew in one update all stay', async () => {
  const keyboard = new Keyboard();
  let count = $state(1);
  const end = $effect.root(() => {
    for (const title of ['Project', 'View'])
      $effect(() =>
        keyboard.register({ title, actions: [{ keys: [title], label: `${count}`, run: () => undefined }] }),
      );
  });
  const shown = (): string[] => keyboard.groups.map(({ title, actions }) => `${title} ${actions[0]!.label}`);
  await setImmediate();
  expect(shown()).toEqual(['Project 1', 'View 1']);
  for (const next of [2, 3, 4]) {
    count = next;
    await setImmediate();
    expect(shown().toSorted()).toEqual([`Project ${next}`, `View ${next}`]);
  }
  end();
  expect(keyboard.groups).toEqual([]);
});
