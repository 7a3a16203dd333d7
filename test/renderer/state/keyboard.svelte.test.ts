import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
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

test.each([
  ['a tooltip, it also acts', null, 1],
  ['a dialog, it does nothing else', {}, 0],
])('where Escape closed %s', (_, opened, count) => {
  const page = new EventTarget();
  // What closes by a key hears of it first.
  page.addEventListener('keydown', (event) => event.preventDefault());
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', { querySelector: () => opened });
  vi.stubGlobal('Element', Event);
  const keyboard = new Keyboard();
  const run = vi.fn();
  keyboard.register({ title: 'Compare', actions: [{ keys: ['Escape'], label: 'Close', run }] });
  const end = keyboard.listen();
  const escape = new Event('keydown', { cancelable: true });
  page.dispatchEvent(Object.assign(escape, { key: 'Escape', code: 'Escape' }));
  end();
  vi.unstubAllGlobals();
  expect(run).toHaveBeenCalledTimes(count);
});

test('the keys of a tool in use win over others, also over those registered later', () => {
  const page = new EventTarget();
  vi.stubGlobal('window', page);
  vi.stubGlobal('Element', Event);
  const keyboard = new Keyboard();
  const did: string[] = [];
  const group = (title: string) => ({
    title,
    actions: [{ keys: ['Shift+ArrowUp'], label: title, run: () => did.push(title) }],
  });
  const press = () =>
    page.dispatchEvent(
      Object.assign(new Event('keydown'), { key: 'ArrowUp', code: 'ArrowUp', shiftKey: true }),
    );
  const end = keyboard.listen();
  const putDown = keyboard.register({ ...group('Cursor'), ofTool: true });
  keyboard.register(group('Pan'));
  press();
  putDown();
  press();
  end();
  vi.unstubAllGlobals();
  expect(did).toEqual(['Cursor', 'Pan']);
});
