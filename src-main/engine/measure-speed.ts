import * as tf from '@tensorflow/tfjs-core';

const CHANNELS = 64;
/** Number of convolutions in sequence. */
const LAYERS = 3;
/** Map sides to try, until one takes long enough to measure. */
const SIDES = [16, 64, 128];
const LONG_ENOUGH_MS = 15;
const ROUNDS = 3;

/**
 * Speed of the active engine on 3 × 3 convolutions with 64 channels, in GFLOP/s: upload, three layers,
 * download, as in a training step. Takes about a tenth of a second; plain JavaScript takes a second.
 */
export async function measureSpeed(): Promise<number> {
  let gflops = 0;
  for (const side of SIDES) {
    const flop = LAYERS * 2 * 9 * CHANNELS ** 2 * side ** 2;
    const map = new Float32Array(side * side * CHANNELS).fill(0.5);
    const filter = tf.fill<tf.Rank.R4>([3, 3, CHANNELS, CHANNELS], 1 / (9 * CHANNELS));
    let bestMs = Infinity;
    // The first round compiles.
    for (let round = 0; round <= ROUNDS; round++) {
      const started = performance.now();
      const result = tf.tidy(() => {
        let x = tf.tensor4d(map, [1, side, side, CHANNELS]);
        for (let layer = 0; layer < LAYERS; layer++) x = tf.relu(tf.conv2d(x, filter, 1, 'same'));
        return x;
      });
      await result.data();
      result.dispose();
      if (round > 0) bestMs = Math.min(bestMs, performance.now() - started);
      if (round > 0 && bestMs > 10 * LONG_ENOUGH_MS) break;
    }
    filter.dispose();
    gflops = flop / bestMs / 1e6;
    if (bestMs >= LONG_ENOUGH_MS) break;
  }
  return gflops;
}
