import type { FloatPlane } from '../../contract/pixels.ts';

/**
 * For each block of a coarse plane, the value of the padding in it or beside it.
 * @param coarse one value per block
 * @param padding 1 for blocks that are padding
 * @returns one value per block, NaN away from padding
 */
export function valuesBeside({ height, width, data }: FloatPlane, padding: Uint8Array): Float32Array {
  const values = new Float32Array(padding.length).fill(NaN);
  for (let i = 0; i < padding.length; i++) {
    if (padding[i] === 0) continue;
    values[i] = data[i]!;
    const [y, x] = [Math.floor(i / width), i % width];
    for (let dy = Math.max(0, y - 1); dy <= Math.min(height - 1, y + 1); dy++) {
      for (let dx = Math.max(0, x - 1); dx <= Math.min(width - 1, x + 1); dx++) {
        if (padding[dy * width + dx] === 0) values[dy * width + dx] = data[i]!;
      }
    }
  }
  return values;
}
