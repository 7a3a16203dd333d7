import { expect, it } from 'vitest';
import { exampleScale } from '../../src-main/training/example-scale.ts';
import type { TrainingExample } from '../../src-main/training/training-example.ts';

/** This many cells of a mean diameter in px, weakly annotated. */
function cells(count: number, diameterPx: number, pixelSizeUm?: number): TrainingExample {
  const size = 400;
  const area = Math.round((count * Math.PI * diameterPx ** 2) / 4);
  return {
    name: 'weak',
    planes: [],
    supervision: {
      kind: 'weak',
      foreground: { height: size, width: size, data: new Uint8Array(size * size).fill(1, 0, area) },
      locations: new Float32Array(2 * count),
    },
    ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }),
  };
}

const common = { diameterPx: 40, overridden: false, pixelSizeUm: null };

it('is that of all images where the cells are about as large', () => {
  expect(exampleScale(cells(20, 40), common, 32)).toBe(32 / 40);
  expect(exampleScale(cells(20, 35), common, 32)).toBe(32 / 40);
  expect(exampleScale(cells(20, 45), common, 32)).toBe(32 / 40);
});

it('is what brings the image’s own cells to the size wanted where they are smaller or larger', () => {
  expect(exampleScale(cells(20, 25), common, 32)).toBeCloseTo(32 / 25, 3);
  expect(exampleScale(cells(20, 60), common, 32)).toBeCloseTo(32 / 60, 3);
});

it('is that of all images where fewer than five cells, or no foreground, say nothing of a size', () => {
  expect(exampleScale(cells(4, 20), common, 32)).toBe(32 / 40);
  expect(exampleScale(cells(20, 0), common, 32)).toBe(32 / 40);
});

it('is never farther from that of all images than three times', () => {
  expect(exampleScale(cells(20, 5), common, 32)).toBeCloseTo((3 * 32) / 40, 10);
  expect(exampleScale(cells(5, 160), common, 32)).toBeCloseTo(32 / 40 / 3, 10);
});

it('compares with what the pixel size lets expect', () => {
  // Cells 40 px wide at 0.5 µm are 20 px wide at 1 µm. That is the expected size, so the common scale fits.
  const measured = { ...common, pixelSizeUm: 0.5 };
  expect(exampleScale(cells(20, 20, 1), measured, 32)).toBe(32 / 20);
  expect(exampleScale(cells(20, 40, 1), measured, 32)).toBeCloseTo(32 / 40, 3);
});

it('is what a person says, if they say, whatever the cells', () => {
  expect(exampleScale(cells(20, 25), { ...common, overridden: true }, 32)).toBe(32 / 40);
});
