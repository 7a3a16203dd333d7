/** 1 for pixels that are NaN; `null` if there are none. */
export function missingIn(data: Float32Array): Uint8Array | null {
  if (!data.some(Number.isNaN)) return null;
  return Uint8Array.from(data, (value) => (Number.isNaN(value) ? 1 : 0));
}
