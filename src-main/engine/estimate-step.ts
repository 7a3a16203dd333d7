import * as tf from '@tensorflow/tfjs-core';
import { Replayed } from './replayed.ts';

/** Arithmetic of the convolutions and products in a training step of the preset `small` on a 256 px crop. */
const STEP_GFLOP = 11;
const STEP_KERNELS = 2300;
/** Number of small kernels in a chain, each reading the previous result. */
const CHAIN = 256;
const CHAIN_SIZE = 256;
const ROUNDS = 3;

/**
 * Estimates the time of a training step on the active engine. It adds the convolutions at the measured speed
 * and the overhead of thousands of small kernels. A GPU convolves faster than a CPU, but starts kernels far
 * more slowly. Neither figure alone shows which is faster.
 * @param gflops from measureSpeed
 * @returns ms
 */
export async function estimateStepMs(gflops: number): Promise<number> {
  const start = tf.ones([CHAIN_SIZE]);
  const chain = new Replayed([]);
  let bestMs = Infinity;
  // The first round records and compiles, like the first step of a training run.
  for (let round = 0; round <= ROUNDS; round++) {
    const started = performance.now();
    const result = chain.run('chain', { start }, ({ start }) => {
      let x: tf.Tensor = start;
      for (let i = 0; i < CHAIN; i++) x = i % 2 === 0 ? tf.add(x, 1) : tf.mul(x, 0.5);
      return tf.sum(x);
    });
    await result.data();
    result.dispose();
    if (round > 0) bestMs = Math.min(bestMs, performance.now() - started);
  }
  chain.forget();
  start.dispose();
  return (1000 * STEP_GFLOP) / gflops + (STEP_KERNELS * bestMs) / CHAIN;
}
