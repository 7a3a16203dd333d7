import { expect, test } from 'vitest';
import { labelComponents } from '../../src-main/imaging/label/label-components.ts';
import { generateLookImage, lookDiameterPx } from '../../src-main/sample/generate-look-image.ts';
import { lookSettings, type LookSettings } from '../../src-main/sample/look-settings.ts';

const side = 160;

test.each(Object.entries(lookSettings))(
  '%s: every cell is one piece, numbered without gaps',
  (_, settings) => {
    const { plane, labels } = generateLookImage(settings, 3, side);
    expect([plane.height, plane.width, labels.height, labels.width]).toEqual([side, side, side, side]);
    expect(plane.data.every(Number.isFinite)).toBe(true);
    const numbers = [...new Set(labels.data)].filter((label) => label > 0).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, k) => k + 1));
    for (const label of numbers) {
      const mask = { ...labels, data: Uint8Array.from(labels.data, (each) => (each === label ? 1 : 0)) };
      expect(Math.max(...labelComponents(mask, 8).data)).toBe(1);
    }
  },
);

test('the same seed gives the same image, another seed another one', () => {
  const settings = lookSettings['phase-long']!;
  const [first, again, other] = [1, 1, 2].map((seed) => generateLookImage(settings, seed, side));
  expect(again).toEqual(first);
  expect(other!.plane.data).not.toEqual(first!.plane.data);
});

test('cells have about the diameter that the settings are written for', () => {
  let [pixels, cells] = [0, 0];
  for (let seed = 1; seed <= 4; seed++) {
    const { labels } = generateLookImage(lookSettings['nuclei']!, seed, 320);
    cells += labels.data.reduce((most, label) => Math.max(most, label), 0);
    pixels += labels.data.reduce((sum, label) => sum + (label > 0 ? 1 : 0), 0);
  }
  const diameterPx = Math.sqrt(((4 / Math.PI) * pixels) / cells);
  expect(Math.abs(diameterPx / lookDiameterPx - 1)).toBeLessThan(0.25);
});

test('a bright halo surrounds dark cells in phase contrast, and none without the setting', () => {
  const quiet: Partial<LookSettings> = {
    interior: [-1, -1],
    interiorSpread: 0,
    texture: [0, 0],
    nucleus: [0, 0],
    nucleoli: [0, 0],
    rim: [0, 0],
    rounded: [0, 0],
    debris: [0, 0],
    blurred: [0, 0],
    background: [0, 0],
    noise: [0, 0],
    inverted: 0,
  };
  const phase = { ...lookSettings['phase-long']!, ...quiet };
  const brightest = (halo: number): number => {
    const { plane, labels } = generateLookImage({ ...phase, halo: [halo, halo], haloPx: [6, 6] }, 5, side);
    return plane.data.reduce((most, value, i) => (labels.data[i] === 0 ? Math.max(most, value) : most), -9);
  };
  expect(brightest(0)).toBeLessThan(0.001);
  expect(brightest(0.8)).toBeGreaterThan(0.2);
});
