import type { Dtype, PixelArray } from '../../contract/pixels.ts';

const arrays = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** An array of zeros. */
export function emptyArray(dtype: Dtype, length: number): PixelArray {
  return new arrays[dtype](length);
}
