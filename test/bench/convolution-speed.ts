import { GraphBuilder } from '../../src-main/engine/onnx/graph-builder.ts';
import {
  OnnxSession,
  type NativeSessionOptions,
  type NativeTensor,
} from '../../src-main/engine/onnx/native-session.ts';

/** Channels and side of the maps tried: the shapes at which a network spends its time. */
const shapes = [
  { channels: 64, side: 128 },
  { channels: 96, side: 64 },
  { channels: 256, side: 32 },
  { channels: 256, side: 64 },
] as const;

/** Calls in a row for each measurement, so that it lasts longer than the clock's grain and the threads' start. */
const CALLS = 5;

/**
 * What this machine makes of a 3×3 convolution through onnxruntime, in GFLOP/s: the fastest of a few shapes, each the
 * best of several rounds. The measure for everything the engine does.
 */
export function convolutionSpeed(options: NativeSessionOptions, rounds = 6): number {
  let best = 0;
  for (const { channels, side } of shapes) {
    const graph = new GraphBuilder();
    const dims = [1, channels, side, side];
    const filterDims = [channels, channels, 3, 3];
    const x = graph.input(dims, 'float32');
    const filter = graph.input(filterDims, 'float32');
    const y = graph.output(
      graph.node('Conv', [x, filter], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
      dims,
      'float32',
    );
    const session = new OnnxSession(graph.encode(), options);
    const size = channels * side * side;
    const noise = (length: number): Float32Array => Float32Array.from({ length }, () => Math.random() - 0.5);
    const feeds = {
      [x]: tensor(noise(size), dims),
      [filter]: tensor(noise(channels * channels * 9), filterDims),
    };
    const fetches = { [y]: tensor(new Float32Array(size), dims) };
    session.run(feeds, fetches);
    for (let round = 0; round < rounds; round++) {
      const started = performance.now();
      for (let call = 0; call < CALLS; call++) session.run(feeds, fetches);
      const seconds = (performance.now() - started) / 1000;
      best = Math.max(best, (CALLS * 2 * 9 * channels * size) / seconds / 1e9);
    }
    session.dispose();
  }
  return best;
}

function tensor(data: Float32Array, dims: readonly number[]): NativeTensor {
  return { type: 'float32', dims, data, location: 'cpu' };
}
