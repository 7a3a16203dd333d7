import { expect, test } from 'vitest';
import { keyName } from '../../../src-renderer/state/key-name.ts';

const press = (key: string, modifiers: Partial<Parameters<typeof keyName>[0]> = {}) =>
  keyName({ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers });

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

test('Shift with a number is that number, whatever sign it prints; 0 prints what zooms on some keyboards', () => {
  expect(press('!', { code: 'Digit1', shiftKey: true })).toBe('Shift+1');
  expect(press('+', { code: 'Digit1', shiftKey: true })).toBe('Shift+1');
  expect(press('=', { code: 'Digit0', shiftKey: true })).toBe('=');
  // Keyboards where numbers need Shift: they are numbers.
  expect(press('1', { code: 'Digit1', shiftKey: true })).toBe('1');
  expect(press('1', { code: 'Digit1' })).toBe('1');
});

test('named keys and the space bar have names', () => {
  expect(press(' ')).toBe('Space');
  expect(press(' ', { shiftKey: true })).toBe('Shift+Space');
  expect(press('ArrowLeft', { shiftKey: true })).toBe('Shift+ArrowLeft');
});
