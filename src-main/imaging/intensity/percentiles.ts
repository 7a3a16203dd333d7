import type { FloatPlane } from '../../contract/pixels.ts';

/**
 * The percentiles of a plane's values, in the order asked for; between two values linearly (numpy's default).
 * @param percents each in [0, 100].
 * @throws RangeError when a percent lies outside [0, 100] or the plane has no pixel.
 */
export function percentiles(plane: Pick<FloatPlane, 'data'>, percents: readonly number[]): number[] {
  const count = plane.data.length;
  if (count === 0) throw new RangeError('percentiles need at least one pixel, received an empty plane');
  for (const percent of percents) {
    if (!(percent >= 0 && percent <= 100)) {
      throw new RangeError(`a percent must lie in [0, 100], received ${percent}`);
    }
  }
  const values = plane.data.slice();
  const ranks = percents.map((percent) => (percent / 100) * (count - 1));
  // From low to high: what lies left of a selected rank is never looked at again.
  let from = 0;
  for (const rank of ranks.flatMap((r) => [Math.floor(r), Math.ceil(r)]).sort((a, b) => a - b)) {
    selectRank(values, rank, from, count - 1);
    from = rank;
  }
  return ranks.map((rank) => {
    const low = values[Math.floor(rank)]!;
    return low + (values[Math.ceil(rank)]! - low) * (rank - Math.floor(rank));
  });
}

/**
 * Moves the value of a rank to its place in [first, last], smaller ones before it and larger ones behind it.
 * R. W. Floyd, R. L. Rivest, "Algorithm 489: The Algorithm SELECT — for Finding the ith Smallest of n Elements",
 * Communications of the ACM 18(3), 1975, p. 173. Here without the sampling step, with the median of three as pivot.
 */
function selectRank(values: Float32Array, rank: number, first: number, last: number): void {
  let low = first;
  let high = last;
  while (high > low) {
    const a = values[low]!;
    const b = values[(low + high) >>> 1]!;
    const c = values[high]!;
    const pivot = a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b;
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const value = values[i]!;
      values[i++] = values[j]!;
      values[j--] = value;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else return;
  }
}
