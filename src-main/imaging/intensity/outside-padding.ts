/** The values outside padding, for statistics; without padding, the array itself. */
export function outsidePadding(data: Float32Array, padding: Uint8Array | null): Float32Array {
  if (padding === null) return data;
  let count = 0;
  for (let i = 0; i < padding.length; i++) count += 1 - padding[i]!;
  const values = new Float32Array(count);
  for (let i = 0, k = 0; i < data.length; i++) if (padding[i] === 0) values[k++] = data[i]!;
  return values;
}
