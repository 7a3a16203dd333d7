import { percentiles } from './percentiles.ts';

/** How a plane is clipped and standardised. */
export interface ClippedStatistics {
  /** Values are clipped to these. */
  low: number;
  high: number;
  /** Of the clipped values. */
  mean: number;
  /** 0 if the clipped values are constant. */
  deviation: number;
}

/** Values kept of a plane that does not hold integers of 16 bits. */
const mostKept = 2 ** 22;

/**
 * Percentiles, mean and deviation of a plane that comes in bands. They are exact for integers of 16
 * bits, which
 * are counted. Of other values every n-th is kept, 2 to 4 million of a large plane.
 */
export class ClippedStatisticsCounter {
  #counts: Uint32Array | null = new Uint32Array(2 ** 16);
  #kept: Float32Array<ArrayBuffer> = new Float32Array(mostKept);
  #count = 0;
  /** Every n-th value is kept, with this n. */
  #every = 1;
  #seen = 0;

  /** @param isLeftOut 1 for values that do not count; `null`: all count. */
  add(data: Float32Array, isLeftOut: Uint8Array | null): void {
    for (let i = 0; i < data.length; i++) {
      if (isLeftOut !== null && isLeftOut[i] !== 0) continue;
      const value = data[i]!;
      if (this.#counts !== null) {
        const integer = value & 0xffff;
        if (integer === value) this.#counts[integer]!++;
        else this.#counts = null;
      }
      if (this.#seen++ % this.#every === 0) this.#keep(value);
    }
  }

  /**
   * The statistics of all values added.
   * @throws RangeError if there is none, or the percents are not in order.
   */
  statistics(lowPercent: number, highPercent: number): ClippedStatistics {
    return this.#counts === null
      ? statisticsOf(this.#kept.subarray(0, this.#count), null, lowPercent, highPercent)
      : statisticsOf(Float32Array.from(this.#counts.keys()), this.#counts, lowPercent, highPercent);
  }

  #keep(value: number): void {
    if (this.#count === mostKept) {
      this.#every *= 2;
      this.#count /= 2;
      for (let i = 0; i < this.#count; i++) this.#kept[i] = this.#kept[2 * i]!;
      // This value is at an odd place among the kept ones.
      if ((this.#seen - 1) % this.#every !== 0) return;
    }
    this.#kept[this.#count++] = value;
  }
}

/** Clips values, subtracts the mean and divides by the deviation; zeros if they are constant. */
export function standardised(
  values: Float32Array,
  { low, high, mean, deviation }: ClippedStatistics,
): Float32Array {
  const out = new Float32Array(values.length);
  if (deviation === 0) return out;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! < low ? low : values[i]! > high ? high : values[i]!;
    out[i] = (value - mean) / deviation;
  }
  return out;
}

/** @param counts how often each value occurs, for values in ascending order; `null`: once. */
function statisticsOf(
  values: Float32Array,
  counts: Uint32Array | null,
  lowPercent: number,
  highPercent: number,
): ClippedStatistics {
  const [low, high] = (
    counts === null
      ? percentiles({ data: values }, [lowPercent, highPercent])
      : percentilesOfCounts(counts, [lowPercent, highPercent])
  ) as [number, number];
  const times = (i: number): number => (counts === null ? 1 : counts[i]!);
  const clipped = (i: number): number => Math.min(high, Math.max(low, values[i]!));
  let count = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    count += times(i);
    sum += times(i) * clipped(i);
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += times(i) * (clipped(i) - mean) ** 2;
  return { low, high, mean, deviation: high > low ? Math.sqrt(squares / count) : 0 };
}

/** As `percentiles`, for values 0, 1 … with these counts. */
function percentilesOfCounts(counts: Uint32Array, percents: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) throw new RangeError('percentiles need at least one pixel, received none');
  const atRank = (rank: number): number => {
    let upTo = 0;
    return counts.findIndex((count) => (upTo += count) > rank);
  };
  return percents.map((percent) => {
    const place = (percent / 100) * (total - 1);
    const low = atRank(Math.floor(place));
    return low + (atRank(Math.ceil(place)) - low) * (place - Math.floor(place));
  });
}
