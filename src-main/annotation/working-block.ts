/** The most pixels that foregrounds are computed on: the graph cut takes about 50 bytes per pixel. */
const mostPixels = 2 ** 24;

/**
 * Means of blocks replace the pixels of a large image. Returns their side in px: 1 up to 2²⁴ pixels,
 * otherwise the smallest side that leaves no more. It is 2 for 8192² and 4 for 16384².
 */
export function workingBlockPx(size: { height: number; width: number }): number {
  return sideFor(size, mostPixels);
}

/** The side of the blocks for a first, coarse result within two seconds: at most 2²⁰ blocks. */
export function coarseBlockPx(size: { height: number; width: number }): number {
  return sideFor(size, 2 ** 20);
}

function sideFor({ height, width }: { height: number; width: number }, most: number): number {
  let side = 1;
  while (Math.ceil(height / side) * Math.ceil(width / side) > most) side++;
  return side;
}
