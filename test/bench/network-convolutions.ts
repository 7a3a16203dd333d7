import * as tf from '@tensorflow/tfjs-core';
import type { LacssModel } from '../../src-main/model/create-model.ts';
import type { ChannelBlock } from '../../src-main/engine/onnx/layout.ts';
import type { NativeSessionOptions } from '../../src-main/engine/onnx/native-session.ts';
import { convolutionSeconds, flopOf, type ConvolutionShape } from './convolution-speed.ts';

/** The convolutions of a model's feature maps at one image size, in the order of the network. */
export async function listConvolutions(model: LacssModel, size: number): Promise<ConvolutionShape[]> {
  const { kernels } = await tf.profile(() => {
    tf.tidy(() => {
      model.features(tf.zeros([1, size, size, model.inputChannels]));
    });
  });
  return kernels
    .filter(({ name }) => name === 'Conv2D')
    .map(({ inputShapes, outputShapes }) => {
      const [x, filter] = inputShapes as [number[], number[]];
      const height = outputShapes[0]![1]!;
      return {
        inputs: x[3]!,
        outputs: filter[3]!,
        height: x[1]!,
        width: x[2]!,
        kernel: filter[0]!,
        stride: x[1]! / height,
      };
    });
}

/**
 * The convolutions of the network, each alone and in the engine's layout. They show what its thin maps allow
 * on this machine, in GFLOP/s over all of them.
 */
export function networkConvolutionSpeed(
  shapes: readonly ConvolutionShape[],
  options: NativeSessionOptions,
  block: ChannelBlock,
): number {
  const known = new Map<string, number>();
  let flop = 0;
  let seconds = 0;
  for (const shape of shapes) {
    const key = JSON.stringify(shape);
    const each = known.get(key) ?? convolutionSeconds(shape, options, block, 4);
    known.set(key, each);
    flop += flopOf(shape);
    seconds += each;
  }
  return flop / seconds / 1e9;
}
