/**
 * Number of cells that a step's tensors hold: the next of 8, 12, 16, 24, 32, 48, 64 … Engines compile one
 * graph per shape, and buckets keep the number of shapes small. At most a third of a bucket is padding.
 */
export function cellBucket(cells: number): number {
  let power = 8;
  for (;;) {
    if (cells <= power) return power;
    if (cells <= 1.5 * power) return 1.5 * power;
    power *= 2;
  }
}
