import { expect, test } from 'vitest';
import { meanDiameter, slotsOfRound, sourceOfSlot } from '../../build/base/base-examples.ts';
import { imagesFor } from '../../build/base/data-use.ts';
import { readRecipe } from '../../build/base/recipe.ts';
import { lookDiameterPx } from '../../src-main/sample/generate-look-image.ts';
import { hasSharedData, sharedData } from '../fixtures/shared-data.ts';

const recipe = { ...readRecipe(), slotsPerLook: 8 };

test('a round teaches each look by its weight, however many images it has', () => {
  const slots = slotsOfRound(1, recipe);
  for (const [look, weight] of Object.entries(recipe.looks)) {
    expect(
      slots.filter((slot) => slot.look === look),
      look,
    ).toHaveLength(Math.round(8 * weight));
  }
  expect(slotsOfRound(1, recipe)).toEqual(slots);
  const seeds = (round: number): Set<number> => new Set(slotsOfRound(round, recipe).map(({ seed }) => seed));
  expect(seeds(1).size).toBe(slots.length);
  expect([...seeds(2)].filter((seed) => seeds(1).has(seed))).toEqual([]);
});

test('real images of a round may teach, all of a look before any again', () => {
  const may = new Set(imagesFor('teach').map(({ image }) => image));
  const real = slotsOfRound(2, recipe).flatMap(({ image }) => (image === null ? [] : [image]));
  expect(real.length).toBeGreaterThan(30);
  for (const image of real) {
    expect(may.has(image.image), image.image).toBe(true);
    expect(image.use).toBe('teaches');
  }
  const phase = real.filter(({ look }) => look === 'phase contrast').map(({ name }) => name);
  expect(new Set(phase.slice(0, 8)).size).toBe(8);
});

test('a look without an image that may teach is refused', () => {
  expect(() => slotsOfRound(1, { ...recipe, looks: { infrared: 1 } })).toThrow('infrared');
});

test('cells at the edge of an image do not count for its size', () => {
  const data = new Int32Array(40 * 40);
  const square = (label: number, top: number, left: number, side: number): void => {
    for (let y = top; y < top + side; y++) for (let x = left; x < left + side; x++) data[y * 40 + x] = label;
  };
  square(1, 0, 0, 4);
  [2, 3, 4].forEach((label, k) => square(label, 12, 2 + 12 * k, 10));
  expect(meanDiameter({ height: 40, width: 40, data })).toBeCloseTo(Math.sqrt(400 / Math.PI), 5);
});

test.skipIf(!hasSharedData)('examples have cells of one size, and are not larger than a window', async () => {
  const slots = slotsOfRound(1, recipe);
  const wanted = ['phase contrast', 'cell borders', 'generated phase-flat', 'generated colony'];
  for (const look of wanted) {
    const slot = slots.find((each) => each.look === look)!;
    const { planes, supervision } = await sourceOfSlot(slot, sharedData(''), recipe).read();
    if (supervision.kind !== 'full') throw new Error(`${look} is not fully annotated`);
    const { height, width } = supervision.labels;
    expect([planes[0]!.height, planes[0]!.width]).toEqual([height, width]);
    expect(Math.max(height, width)).toBeLessThanOrEqual(recipe.windowPx + 8);
    expect(Math.abs(meanDiameter(supervision.labels) / lookDiameterPx - 1), look).toBeLessThan(0.3);
  }
});
