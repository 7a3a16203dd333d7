/** The most pixels that foregrounds are computed on: the graph cut takes about 50 bytes per pixel. */
const mostPixels = 2 ** 24;

/**
 * The side in px of the blocks whose means replace the pixels of a large image: 1 up to 2²⁴ pixels, else the
 * smallest side that leaves no more than that. It is 2 for 8192² and 4 for 16384².
 */
export function workingBlockPx({ height, width }: { height: number; width: number }): number {
  let side = 1;
  while (Math.ceil(height / side) * Math.ceil(width / side) > mostPixels) side++;
  return side;
}
