import { expect, test } from 'vitest';
import { scaleBar } from '../../../src-renderer/viewer/scale-bar.ts';

test('a round length just below the room there is', () => {
  // 110 CSS px at 0.5 CSS px per image px are 220 px = 143 µm. The next smaller round length is 100 µm = 100
  // / 0.65 · 0.5 CSS px.
  expect(scaleBar(0.5, 0.65)).toEqual({ caption: '100 µm', widthPx: (100 / 0.65) * 0.5 });
});

test('without calibration it counts px', () => {
  expect(scaleBar(1, null)).toEqual({ caption: '100 px', widthPx: 100 });
});

test('small lengths are in nm, large ones in mm', () => {
  expect(scaleBar(40, 0.065).caption).toBe('100 nm');
  expect(scaleBar(0.05, 1).caption).toBe('2 mm');
});
