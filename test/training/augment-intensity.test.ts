import { describe, expect, it } from 'vitest';
import { noAugmentation, type AugmentationSettings } from '../../src-main/contract/training.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { augmentIntensity } from '../../src-main/training/augment-intensity.ts';

const none: AugmentationSettings = { ...noAugmentation, focusChance: 1 };
const size = 24;
const original = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i / 5) + (i % size) / 10);
const everywhere = new Uint8Array(size * size).fill(1);

function augment(change: Partial<AugmentationSettings>, seed = 1, inside = everywhere): Float32Array {
  const pixels = original.slice();
  augmentIntensity(pixels, inside, size, 1, { ...none, ...change }, new SeededRandom(seed));
  return pixels;
}
const correlation = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0) / a.length;
const roughness = (a: Float32Array): number =>
  a.reduce((sum, x, i) => (i % size === 0 ? sum : sum + (x - a[i - 1]!) ** 2), 0);

describe.each([
  ['nothing', {}],
  ['gamma', { gamma: 0.5 }],
  ['focus', { focusSigmaPx: 2 }],
  ['shading', { shading: 0.8 }],
  ['noise', { noise: 0.5 }],
  ['everything', { gamma: 0.5, focusSigmaPx: 2, shading: 0.5, noise: 0.3 }],
] as const)('%s', (_, change) => {
  it('leaves mean 0 and variance 1, and much of the picture', () => {
    const plain = augment({});
    for (let seed = 0; seed < 8; seed++) {
      const pixels = augment(change, seed);
      expect(pixels.reduce((sum, x) => sum + x, 0) / pixels.length).toBeCloseTo(0, 4);
      expect(correlation(pixels, pixels)).toBeCloseTo(1, 4);
      expect(correlation(pixels, plain)).toBeGreaterThan(0.6);
    }
  });
  it('is the seed’s', () => expect(augment(change, 3)).toEqual(augment(change, 3)));
});

it('each changes something, by another amount each time', () => {
  for (const change of [{ gamma: 0.5 }, { focusSigmaPx: 2 }, { shading: 0.8 }, { noise: 0.5 }]) {
    expect(augment(change, 1)).not.toEqual(augment({}));
    expect(augment(change, 1)).not.toEqual(augment(change, 2));
  }
});

it('focus both blurs and sharpens', () => {
  const plain = roughness(augment({}));
  const changed = Array.from(
    { length: 20 },
    (_, seed) => roughness(augment({ focusSigmaPx: 2 }, seed)) / plain,
  );
  expect(Math.min(...changed)).toBeLessThan(0.95);
  expect(Math.max(...changed)).toBeGreaterThan(1.05);
});

it('gamma keeps the order of intensities', () => {
  const bent = augment({ gamma: 0.5 }, 4);
  const order = (a: Float32Array): number[] => [...a.keys()].sort((i, j) => a[i]! - a[j]! || i - j);
  const places = order(original);
  for (let k = 1; k < places.length; k++) {
    expect(bent[places[k]!]! - bent[places[k - 1]!]!).toBeGreaterThan(-1e-5);
  }
});

it('what lies outside the image is 0 and does not count', () => {
  const inside = everywhere.slice().fill(0, 0, 200);
  const pixels = augment({ gamma: 0.5, noise: 0.5, shading: 0.5, focusSigmaPx: 1 }, 2, inside);
  expect(pixels.subarray(0, 200).every((x) => x === 0)).toBe(true);
  const rest = pixels.subarray(200);
  expect(rest.reduce((sum, x) => sum + x, 0) / rest.length).toBeCloseTo(0, 4);
  expect(correlation(rest, rest)).toBeCloseTo(1, 4);
});

it('an even crop becomes 0, not noise', () => {
  const pixels = new Float32Array(size * size).fill(0.7);
  augmentIntensity(pixels, everywhere, size, 1, { ...none, gamma: 0.3 }, new SeededRandom(1));
  expect(pixels.every((x) => x === 0)).toBe(true);
});
