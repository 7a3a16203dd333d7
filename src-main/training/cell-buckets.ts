/**
 * The number of cells a step's tensors have room for: the next of 8, 12, 16, 24, 32, 48, 64 … Engines compile a graph for
 * every shape they meet; with buckets they meet few, and at most a third of the room is empty.
 */
export function cellBucket(cells: number): number {
  let power = 8;
  for (;;) {
    if (cells <= power) return power;
    if (cells <= 1.5 * power) return 1.5 * power;
    power *= 2;
  }
}
