import { expect, test } from 'vitest';
import { keyName } from '../../../src-renderer/state/key-name.ts';

const press = (key: string, modifiers: Partial<Parameters<typeof keyName>[0]> = {}) =>
  keyName({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers });

test('letters are small whether or not Shift or Caps Lock made them large', () => {
  expect(press('z')).toBe('z');
  expect(press('Z')).toBe('z');
  expect(press('Z', { shiftKey: true })).toBe('Shift+z');
});

test('modifiers come in one order', () => {
  expect(press('Z', { ctrlKey: true, shiftKey: true, altKey: true })).toBe('Mod+Alt+Shift+z');
});

test('a printed sign needs no Shift, whatever the keyboard', () => {
  expect(press('?', { shiftKey: true })).toBe('?');
  expect(press('?')).toBe('?');
  expect(press('+', { shiftKey: true })).toBe('+');
});

test('named keys and the space bar have names', () => {
  expect(press(' ')).toBe('Space');
  expect(press(' ', { shiftKey: true })).toBe('Shift+Space');
  expect(press('ArrowLeft', { shiftKey: true })).toBe('Shift+ArrowLeft');
});
