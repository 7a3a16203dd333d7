import { expect, test } from 'vitest';
import { featureOf } from '../../src-main/annotation/foreground-candidates.ts';
import type { FloatPlane } from '../../src-main/contract/pixels.ts';

/** Bright disks of radius 6 px on a grid, with a little grain. */
function disks(side: number): FloatPlane {
  const data = new Float32Array(side * side);
  for (let i = 0; i < data.length; i++) {
    const [y, x] = [(Math.floor(i / side) % 32) - 15.5, ((i % side) % 32) - 15.5];
    data[i] = (Math.hypot(y, x) < 6 ? 800 : 200) + ((i * 7919) % 23);
  }
  return { height: side, width: side, data };
}

test('the cell diameter of a plane of over 2²² px, measured on means of blocks, is that of a smaller one', () => {
  const settings = { feature: 'auto', method: 'graph-cut', presets: null } as const;
  const [small, large] = [featureOf(disks(1024), settings), featureOf(disks(2080), settings)];
  expect(small.cellDiameterPx).toBeLessThan(60);
  expect(Math.abs(large.cellDiameterPx / small.cellDiameterPx - 1)).toBeLessThan(0.15);
  expect(large.automatic / small.automatic).toBeCloseTo(1, 2);
});
