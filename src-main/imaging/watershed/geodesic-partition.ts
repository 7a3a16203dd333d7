import FlatQueue from 'flatqueue';
import type { Pace } from '../../contract/job.ts';
import type { FloatPlane, LabelImage, Locations, Mask } from '../../contract/pixels.ts';

/**
 * Divides a mask among seeds: each pixel goes to the seed with the cheapest path of 8-connected steps inside
 * the mask. A step costs its length times the mean cost of its two pixels. With a cost of 1 everywhere the
 * parts are those nearest to each seed by path. Seed i has label i + 1 and is in the pixel that contains it.
 * Of several seeds in one pixel the first counts. A seed outside the mask or the image has no part.
 *
 * E. W. Dijkstra, "A note on two problems in connexion with graphs", Numerische Mathematik 1 (1959) 269–271.
 *
 * @param cost above 0, [height, width]
 * @returns 0 outside the mask and where no seed is reachable
 * @throws RangeError if cost and mask differ in size; what `pace` throws
 */
export async function geodesicPartition(
  cost: FloatPlane,
  seeds: Locations,
  mask: Mask,
  pace: Pace,
): Promise<LabelImage> {
  const steps = partitionSteps(cost, seeds, mask);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await pace(step.value);
  }
}

/** The same at once, for a small mask. @throws RangeError if cost and mask differ in size */
export function geodesicPartitionAtOnce(cost: FloatPlane, seeds: Locations, mask: Mask): LabelImage {
  const steps = partitionSteps(cost, seeds, mask);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Yields the finished share before each block. */
function* partitionSteps(
  cost: FloatPlane,
  seeds: Locations,
  mask: Mask,
): Generator<number, LabelImage, undefined> {
  const { height, width, data } = cost;
  if (mask.height !== height || mask.width !== width) {
    throw new RangeError(
      `the mask must be ${height} × ${width} like the cost, received ${mask.height} × ${mask.width}`,
    );
  }
  const labels = new Int32Array(data.length);
  const distance = new Float64Array(data.length).fill(Infinity);
  const blocksAcross = Math.ceil(width / blockSize);
  const blocks = Array.from(
    { length: blocksAcross * Math.ceil(height / blockSize) },
    () => new FlatQueue<number>(),
  );
  const queueOf = (y: number, x: number): FlatQueue<number> =>
    blocks[Math.floor(y / blockSize) * blocksAcross + Math.floor(x / blockSize)]!;
  for (let s = 0; s < seeds.length; s += 2) {
    const y = Math.floor(seeds[s]!);
    const x = Math.floor(seeds[s + 1]!);
    if (!(y >= 0 && y < height && x >= 0 && x < width)) continue;
    const i = y * width + x;
    if (mask.data[i] === 0 || labels[i] !== 0) continue;
    labels[i] = s / 2 + 1;
    distance[i] = 0;
    queueOf(y, x).push(i, 0);
  }
  const walk = (queue: FlatQueue<number>): void => {
    for (;;) {
      const far = queue.peekValue();
      const i = queue.pop();
      if (i === undefined || far === undefined) break;
      if (far > distance[i]!) continue; // a cheaper path was found since it was queued
      const y = Math.floor(i / width);
      const x = i % width;
      for (let dy = -1; dy <= 1; dy++) {
        if (y + dy < 0 || y + dy >= height) continue;
        for (let dx = -1; dx <= 1; dx++) {
          if (x + dx < 0 || x + dx >= width) continue;
          const j = i + dy * width + dx;
          if (mask.data[j] === 0) continue;
          const step = (dy !== 0 && dx !== 0 ? Math.SQRT2 : 1) * 0.5 * (data[i]! + data[j]!);
          if (!(far + step < distance[j]!)) continue;
          distance[j] = far + step;
          labels[j] = labels[i]!;
          queueOf(y + dy, x + dx).push(j, far + step);
        }
      }
    }
  };
  // A block's result is not final: a cheaper path may enter from its neighbours, and is then followed.
  for (let round = 0; blocks.some((queue) => queue.length > 0); round++) {
    for (const [index, queue] of blocks.entries()) {
      // Nearly all work is in the first round.
      yield round === 0 ? index / blocks.length : 1;
      walk(queue);
    }
  }
  return { height, width, data: labels };
}

/**
 * Side of a block in px. Paths are followed block by block. In pure order of cost, nearly every pixel of a
 * large image would be far from the one before. Memory access would then take several times as long as the
 * work.
 */
const blockSize = 256;
