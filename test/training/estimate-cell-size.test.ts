import { describe, expect, it } from 'vitest';
import { estimateCellSize } from '../../src-main/training/estimate-cell-size.ts';
import type { TrainingExample } from '../../src-main/training/training-example.ts';
import { fullExample } from './examples.ts';

/** `area` px of foreground and this many locations. */
function weak(area: number, cells: number, pixelSizeUm: number | null = null): TrainingExample {
  const data = new Uint8Array(10_000).fill(1, 0, area);
  return {
    name: 'weak',
    planes: [],
    supervision: {
      kind: 'weak',
      foreground: { height: 100, width: 100, data },
      locations: new Float32Array(2 * cells),
    },
    pixelSizeUm,
  };
}

describe('the mean diameter', () => {
  it('is that of the disk with the mean area', () => {
    expect(estimateCellSize([weak(5000, 16)], null)).toEqual({
      diameterPx: 2 * Math.sqrt(5000 / (16 * Math.PI)),
      overridden: false,
      pixelSizeUm: null,
    });
  });

  it('pools images by area and by cells, those without cells too', () => {
    const { diameterPx } = estimateCellSize([weak(5000, 16), weak(1000, 4), weak(0, 0)], null);
    expect(diameterPx).toBeCloseTo(2 * Math.sqrt(6000 / (20 * Math.PI)), 10);
  });

  it('takes no foreground from images without locations', () => {
    const { diameterPx } = estimateCellSize([weak(5000, 16), weak(9000, 0)], null);
    expect(diameterPx).toBeCloseTo(2 * Math.sqrt(5000 / (16 * Math.PI)), 10);
  });

  it('of outlined disks 16 px wide is 16', () => {
    expect(estimateCellSize([fullExample(1)], null).diameterPx).toBeCloseTo(16, 0);
  });

  it('compares magnifications in µm: a quarter of the area at twice the pixel size is the same cell', () => {
    const { diameterPx, pixelSizeUm } = estimateCellSize([weak(4000, 10, 0.5), weak(1000, 10, 1)], null);
    expect(diameterPx).toBeCloseTo(2 * Math.sqrt(400 / Math.PI), 10);
    expect(pixelSizeUm).toBe(0.5);
  });

  it('leaves magnification out where one image does not know it', () => {
    expect(estimateCellSize([weak(4000, 10, 0.5), weak(1000, 10)], null)).toEqual({
      diameterPx: 2 * Math.sqrt(250 / Math.PI),
      overridden: false,
      pixelSizeUm: null,
    });
  });

  it('is what a person says, if they say', () => {
    expect(estimateCellSize([weak(0, 0, 0.3)], 40)).toEqual({
      diameterPx: 40,
      overridden: true,
      pixelSizeUm: 0.3,
    });
  });

  it('cannot be had from nothing', () => {
    expect(() => estimateCellSize([weak(100, 0)], null)).toThrow(/no locations/);
    expect(() => estimateCellSize([weak(0, 3)], null)).toThrow(/no foreground/);
  });
});
