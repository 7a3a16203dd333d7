/**
 * Undoes the filter of one row of a PNG, in place (Portable Network Graphics, second edition, W3C 2003,
 * section 9).
 *
 * @param filter the row's filter type, 0 … 4.
 * @param above the row above, unfiltered; zeros for the first.
 * @param perPixel bytes per pixel, at least 1.
 * @throws RangeError for an unknown filter.
 */
export function unfilterRow(filter: number, row: Uint8Array, above: Uint8Array, perPixel: number): void {
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let i = perPixel; i < row.length; i++) row[i]! += row[i - perPixel]!;
      return;
    case 2:
      for (let i = 0; i < row.length; i++) row[i]! += above[i]!;
      return;
    case 3:
      for (let i = 0; i < row.length; i++) {
        const left = i < perPixel ? 0 : row[i - perPixel]!;
        row[i]! += (left + above[i]!) >> 1;
      }
      return;
    case 4:
      for (let i = 0; i < row.length; i++) {
        const left = i < perPixel ? 0 : row[i - perPixel]!;
        const corner = i < perPixel ? 0 : above[i - perPixel]!;
        row[i]! += paeth(left, above[i]!, corner);
      }
      return;
    default:
      throw new RangeError(`a row has the unknown filter ${filter}`);
  }
}

/** Of three neighbours, the one nearest to left + above − corner. */
function paeth(left: number, above: number, corner: number): number {
  const distanceLeft = Math.abs(above - corner);
  const distanceAbove = Math.abs(left - corner);
  const distanceCorner = Math.abs(left + above - 2 * corner);
  if (distanceLeft <= distanceAbove && distanceLeft <= distanceCorner) return left;
  return distanceAbove <= distanceCorner ? above : corner;
}
