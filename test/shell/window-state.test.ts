import { join } from 'node:path';
import { expect, test } from 'vitest';
import { placeWindow, readWindowState, writeWindowState } from '../../src-main/shell/window-state.ts';
import { hasPipes, makePipe } from '../fixtures/make-pipe.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }];
const state = { x: 100, y: 50, width: 1200, height: 800, maximized: false };

test('a window opens where it was', () => {
  expect(placeWindow(state, screens)).toEqual({ x: 100, y: 50, width: 1200, height: 800 });
});

test.each([
  ['on a screen that has gone', { ...state, x: 2500 }],
  ['with its title bar above the screen', { ...state, y: -30 }],
  ['with its title bar below the screen', { ...state, y: 1060 }],
  ['with hardly anything to grab', { ...state, x: -1150 }],
])('a window that was %s opens anew', (_where, lost) => {
  expect(placeWindow(lost, screens)).toEqual({ width: 1440, height: 900 });
});

test('the first window is no larger than the screen', () => {
  expect(placeWindow(null, [{ x: 0, y: 0, width: 1366, height: 728 }])).toEqual({ width: 1366, height: 728 });
  expect(placeWindow(null, [])).toEqual({ width: 1440, height: 900 });
});

test('the position is read as it was written', () => {
  const path = join(temporaryFolder(), 'window.json');
  expect(readWindowState(path)).toBeNull();
  writeWindowState(path, state);
  expect(readWindowState(path)).toEqual(state);
});

test.skipIf(!hasPipes)('a pipe in the place of the file does not block the start', () => {
  const path = join(temporaryFolder(), 'window.json');
  makePipe(path);
  expect(readWindowState(path)).toBeNull();
});
