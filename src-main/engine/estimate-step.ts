import * as tf from '@tensorflow/tfjs-core';
import { Replayed } from './replayed.ts';

/** What a training step of the preset `small` on a crop of 256 px comes to: arithmetic of its convolutions and products, and kernels. */
const STEP_GFLOP = 11;
const STEP_KERNELS = 2300;
/** Small kernels one after the other, each reading what the one before wrote. */
const CHAIN = 256;
const CHAIN_SIZE = 256;
const ROUNDS = 3;

/**
 * About how long a training step would take the active engine: its convolutions at the speed measured, and what thousands
 * of small kernels cost it each. A graphics card convolves faster than a processor and starts kernels far more slowly,
 * so that neither figure alone tells which is the better.
 * @param gflops as measureSpeed gives it
 * @returns ms
 */
export async function estimateStepMs(gflops: number): Promise<number> {
  const start = tf.ones([CHAIN_SIZE]);
  const chain = new Replayed([]);
  let bestMs = Infinity;
  // The first round records and compiles, as the first step of a training does.
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
