import type { PageLayout } from './page-layout.ts';

/** Adds up the differences along each row: arrays of the samples' own width, so that sums wrap as they were taken. */
function addAlongRows<T extends Uint8Array | Uint16Array | Uint32Array | BigUint64Array>(
  data: T,
  perRow: number,
  stride: number,
): void {
  // A typed array's sum is exact before it is wrapped; BigInt needs an addition of its own.
  if (data instanceof BigUint64Array) {
    for (let row = 0; row < data.length; row += perRow) {
      for (let i = row + stride; i < row + perRow; i++) data[i] = data[i]! + data[i - stride]!;
    }
    return;
  }
  for (let row = 0; row < data.length; row += perRow) {
    for (let i = row + stride; i < row + perRow; i++) data[i] = data[i]! + data[i - stride]!;
  }
}

/**
 * Undoes horizontal differencing in place (Predictor 2; TIFF Revision 6.0, Adobe 1992, section 14).
 *
 * @param data the block's bytes in this machine's byte order.
 */
export function undoHorizontalPredictor(data: Uint8Array, layout: PageLayout): void {
  const stride = layout.separate ? 1 : layout.samples;
  const perRow = layout.blockWidth * stride;
  const { buffer, byteOffset, length } = data;
  switch (layout.bits) {
    case 8:
      return addAlongRows(data, perRow, stride);
    case 16:
      return addAlongRows(new Uint16Array(buffer, byteOffset, length / 2), perRow, stride);
    case 32:
      return addAlongRows(new Uint32Array(buffer, byteOffset, length / 4), perRow, stride);
    default:
      return addAlongRows(new BigUint64Array(buffer, byteOffset, length / 8), perRow, stride);
  }
}

/**
 * Undoes floating-point prediction (Predictor 3): in each row the numbers' bytes stand apart, the most significant of all
 * numbers first, and are differenced as bytes.
 *
 * Source: Adobe Photoshop TIFF Technical Note 3, 2005.
 *
 * @returns the bytes as numbers in little-endian order.
 */
export function undoFloatingPointPredictor(data: Uint8Array, layout: PageLayout): Uint8Array {
  const stride = layout.separate ? 1 : layout.samples;
  const perRow = layout.blockWidth * stride;
  const bytes = layout.bits / 8;
  const rowBytes = perRow * bytes;
  addAlongRows(data, rowBytes, stride);
  const out = new Uint8Array(data.length);
  for (let row = 0; row < data.length; row += rowBytes) {
    for (let byte = 0; byte < bytes; byte++) {
      const from = row + byte * perRow;
      const to = row + bytes - 1 - byte;
      for (let i = 0; i < perRow; i++) out[to + i * bytes] = data[from + i]!;
    }
  }
  return out;
}
