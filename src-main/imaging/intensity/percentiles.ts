import type { FloatPlane } from '../../contract/pixels.ts';

/**
 * Percentiles of a plane's values, in the order requested; interpolated linearly (numpy's default).
 * @param percents each in [0, 100].
 * @throws RangeError if a percent is not in [0, 100] or the plane has no pixel.
 */
export function percentiles(plane: Pick<FloatPlane, 'data'>, percents: readonly number[]): number[] {
  const count = plane.data.length;
  if (count === 0) throw new RangeError('percentiles need at least one pixel, received an empty plane');
  for (const percent of percents) {
    if (!(percent >= 0 && percent <= 100)) {
      throw new RangeError(`a percent must be in [0, 100], received ${percent}`);
    }
  }
  const places = percents.map((percent) => (percent / 100) * (count - 1));
  const ranks = places.flatMap((place) => [Math.floor(place), Math.ceil(place)]).sort((a, b) => a - b);
  const atRank = countedRanks(plane.data, ranks) ?? selectedRanks(plane.data, ranks);
  return places.map((place) => {
    const low = atRank.get(Math.floor(place))!;
    return low + (atRank.get(Math.ceil(place))! - low) * (place - Math.floor(place));
  });
}

/**
 * Values at ascending ranks by counting occurrences, which works for nearly all cameras; null if a value is
 * not a 16-bit integer.
 */
function countedRanks(values: Float32Array, ranks: readonly number[]): Map<number, number> | null {
  const counts = new Uint32Array(2 ** 16);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const integer = value & 0xffff;
    if (integer !== value) return null;
    counts[integer]!++;
  }
  const found = new Map<number, number>();
  let value = -1;
  let upTo = 0;
  for (const rank of ranks) {
    while (upTo <= rank) upTo += counts[++value]!;
    found.set(rank, value);
  }
  return found;
}

/** Values at ascending ranks, for any values. */
function selectedRanks(values: Float32Array, ranks: readonly number[]): Map<number, number> {
  const sorted = values.slice();
  // In ascending order: values left of a selected rank need no further checks.
  let from = 0;
  for (const rank of ranks) {
    selectRank(sorted, rank, from, sorted.length - 1);
    from = rank;
  }
  return new Map(ranks.map((rank) => [rank, sorted[rank]!]));
}

/**
 * Moves the value of a rank to its position in [first, last], with smaller ones before and larger ones after
 * it. R. W. Floyd, R. L. Rivest, "Algorithm 489: The Algorithm SELECT — for Finding the ith Smallest of n
 * Elements", Communications of the ACM 18(3), 1975, p. 173. Without the sampling step; the pivot is the
 * median of three.
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
