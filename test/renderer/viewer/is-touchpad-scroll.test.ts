import { expect, test } from 'vitest';
import { isTouchpadScroll } from '../../../src-renderer/viewer/is-touchpad-scroll.ts';

const scroll = { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, wheelDeltaY: 0 };

test.each([
  ['a touchpad, down', { deltaY: 12, wheelDeltaY: -36 }, true],
  ['a touchpad, sideways', { deltaX: -3 }, true],
  ['a pinch on a touchpad', { deltaY: 4, wheelDeltaY: -12, ctrlKey: true }, false],
  ['a notch of a wheel', { deltaY: 100, wheelDeltaY: -120 }, false],
  ['a notch at 125 % zoom', { deltaY: 80, wheelDeltaY: -120 }, false],
  ['a wheel on macOS', { deltaY: 4.000244140625, wheelDeltaY: -12 }, false],
  ['a wheel in lines', { deltaY: 3, deltaMode: 1, wheelDeltaY: -9 }, false],
  ['no movement', {}, false],
])('%s', (_, event, expected) => {
  expect(isTouchpadScroll({ ...scroll, ...event })).toBe(expected);
});
