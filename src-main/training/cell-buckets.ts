/**
 * Number of cells a step's tensors can hold: the next of 8, 12, 16, 24, 32, 48, 64 … Engines compile one
 * graph per shape. Buckets keep their number small, and at most a third of a bucket is padding.
 */
export function cellBucket(cells: number): number {
  let power = 8;
  for (;;) {
    if (cells <= power) return power;
    if (cells <= 1.5 * power) return 1.5 * power;
    power *= 2;
  }
}
