import { BLOCKED_DOMAIN } from '../../src-main/engine/onnx/convert-order.ts';
import { GraphBuilder } from '../../src-main/engine/onnx/graph-builder.ts';
import type { ChannelBlock } from '../../src-main/engine/onnx/layout.ts';
import {
  OnnxSession,
  type NativeSessionOptions,
  type HostTensor,
} from '../../src-main/engine/onnx/native-session.ts';

/** One convolution of stride 1 or 2, "same" padded. */
export interface ConvolutionShape {
  inputs: number;
  outputs: number;
  height: number;
  width: number;
  kernel: number;
  stride: number;
}

/** Channels and side of the feature maps: so large that only the convolution takes time. */
const best = [
  [64, 128],
  [96, 64],
  [256, 32],
  [256, 64],
] as const;

/** Calls per measurement. They take longer than the clock's resolution and the start of the threads. */
const CALLS = 5;

/** Floating-point operations of a convolution. */
export function flopOf({ inputs, outputs, height, width, kernel, stride }: ConvolutionShape): number {
  return (2 * kernel * kernel * inputs * outputs * height * width) / stride ** 2;
}

/**
 * The speed of a 3 × 3 convolution through onnxruntime on this machine, in GFLOP/s: the fastest of a few
 * shapes, each the best of several rounds.
 * @param block channels in a block; 1 for onnxruntime's plain convolution, without blocks.
 */
export function convolutionSpeed(options: NativeSessionOptions, block: ChannelBlock, rounds = 6): number {
  const speeds = best.map(([channels, side]) => {
    const shape = { inputs: channels, outputs: channels, height: side, width: side, kernel: 3, stride: 1 };
    return flopOf(shape) / convolutionSeconds(shape, options, block, rounds) / 1e9;
  });
  return Math.max(...speeds);
}

/** The shortest time of one convolution alone, with its map and filter prepared beforehand. */
export function convolutionSeconds(
  { inputs, outputs, height, width, kernel, stride }: ConvolutionShape,
  options: NativeSessionOptions,
  block: ChannelBlock,
  rounds = 6,
): number {
  const blocked = block > 1 && inputs % block === 0 && outputs % block === 0;
  const dims = [1, inputs, height, width];
  const outDims = [1, outputs, height / stride, width / stride];
  const filterDims = [outputs, inputs, kernel, kernel];
  const before = Math.floor((kernel - stride) / 2);
  const after = Math.max(kernel - stride - before, 0);
  const graph = new GraphBuilder();
  const x = graph.input(dims, 'float32');
  const filter = graph.input(filterDims, 'float32');
  const attributes = {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [Math.max(before, 0), Math.max(before, 0), after, after],
  };
  const y = graph.output(
    graph.node('Conv', [x, filter], attributes, blocked ? BLOCKED_DOMAIN : ''),
    outDims,
    'float32',
  );
  graph.endOfOutputs();
  const session = new OnnxSession(graph.encode(), options);
  const feeds = { [x]: tensor(dims), [filter]: tensor(filterDims) };
  const fetches = { [y]: tensor(outDims) };
  session.run(feeds, fetches);
  let seconds = Infinity;
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    for (let call = 0; call < CALLS; call++) session.run(feeds, fetches);
    seconds = Math.min(seconds, (performance.now() - started) / 1000 / CALLS);
  }
  session.dispose();
  return seconds;
}

function tensor(dims: readonly number[]): HostTensor {
  const size = dims.reduce((product, length) => product * length, 1);
  const data = Float32Array.from({ length: size }, () => Math.random() - 0.5);
  return { type: 'float32', dims, data, location: 'cpu' };
}
