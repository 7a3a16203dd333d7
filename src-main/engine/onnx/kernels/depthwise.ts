import { tupleOf } from '../../../contract/elements.ts';
import { LacssError } from '../../../contract/errors.ts';
import type { Emitter } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';
import { activated, type Activation } from './activation.ts';
import {
  geometry,
  infoOf,
  padsOf,
  tapWindow,
  type ConvAttributes,
  type ConvInfo,
} from './convolution-geometry.ts';
import { kernel, type Kernel } from '../kernel.ts';
import type { Value } from '../value.ts';

/**
 * The filter as ONNX requires it: [inputs · multiplier, 1, height, width].
 * @throws LacssError 'engine-failed' on a GPU: onnxruntime 1.30 gives wrong results there
 */
function depthwiseFilter(emitter: Emitter, filter: Value): ValueName {
  if (emitter.target === 'webgpu') {
    throw new LacssError('engine-failed', 'The webgpu engine does not support depthwise convolutions', {
      remedy: 'Use another engine: --engine onnx.',
    });
  }
  const [h, w, i, m] = tupleOf(filter.shape, 4);
  const natural = emitter.reshape(emitter.natural(filter), [h * w, i * m]);
  return emitter.reshape(emitter.transpose(natural, [h * w, i * m], [1, 0]), [i * m, 1, h, w]);
}

function convolveDepthwise(emitter: Emitter, x: Value, filter: Value, info: ConvInfo): Value {
  const name = emitter.graph.node(
    'Conv',
    [emitter.get(x, 'channels-first'), depthwiseFilter(emitter, filter)],
    {
      ...geometry(info),
      group: info.inChannels,
    },
  );
  return emitter.value(info.outShape, 'float32', name, 'channels-first');
}

/** Depthwise convolutions, which filter every channel separately, and their gradients. */
export const depthwiseKernels: readonly Kernel[] = [
  kernel<ConvAttributes>()({
    name: 'DepthwiseConv2dNative',
    inputs: ['x', 'filter'],
    infer: ([x, filter], attributes) => ({
      shape: infoOf(x.shape, filter.shape, attributes, true).outShape,
      dtype: 'float32',
    }),
    emit: (emitter, [x, filter], attributes) =>
      convolveDepthwise(emitter, x, filter, infoOf(x.shape, filter.shape, attributes, true)),
  }),
  kernel<ConvAttributes & Activation>()({
    name: 'FusedDepthwiseConv2D',
    inputs: ['x', 'filter', 'bias', 'preluActivationWeights'],
    infer: ([x, filter], attributes) => ({
      shape: infoOf(x.shape, filter.shape, attributes, true).outShape,
      dtype: 'float32',
    }),
    emit: (emitter, [x, filter, ...rest], attributes) =>
      activated(
        emitter,
        convolveDepthwise(emitter, x, filter, infoOf(x.shape, filter.shape, attributes, true)),
        rest,
        attributes,
      ),
  }),
  kernel<ConvAttributes & { inputShape: number[] }>()({
    name: 'DepthwiseConv2dNativeBackpropInput',
    inputs: ['dy', 'filter'],
    infer: (_, { inputShape }) => ({ shape: inputShape, dtype: 'float32' }),
    emit: (emitter, [dy, filter], attributes) => {
      const info = infoOf(attributes.inputShape, filter.shape, attributes, true);
      const [top, left, bottom, right] = padsOf(info);
      const reachY = (info.filterHeight - 1) * info.dilationHeight + 1;
      const reachX = (info.filterWidth - 1) * info.dilationWidth + 1;
      const name = emitter.graph.node(
        'ConvTranspose',
        [emitter.get(dy, 'channels-first'), depthwiseFilter(emitter, filter)],
        {
          ...geometry(info),
          group: info.inChannels,
          output_padding: [
            info.inHeight + top + bottom - ((info.outHeight - 1) * info.strideHeight + reachY),
            info.inWidth + left + right - ((info.outWidth - 1) * info.strideWidth + reachX),
          ],
        },
      );
      return emitter.value(info.inShape, 'float32', name, 'channels-first');
    },
  }),
  kernel<ConvAttributes & { filterShape: number[] }>()({
    name: 'DepthwiseConv2dNativeBackpropFilter',
    inputs: ['x', 'dy'],
    infer: (_, { filterShape }) => ({ shape: filterShape, dtype: 'float32' }),
    emit: (emitter, [x, dy], attributes, { shape }) => {
      const info = infoOf(x.shape, attributes.filterShape, attributes, true);
      const { graph } = emitter;
      const [h, w, i, m] = tupleOf(shape, 4);
      const [top, left, bottom, right] = padsOf(info);
      const padded = graph.node('Pad', [
        emitter.natural(x),
        graph.int64([0, top, left, 0, 0, bottom, right, 0]),
      ]);
      const positions = [info.batchSize, info.outHeight, info.outWidth];
      const gradient = emitter.reshape(emitter.natural(dy), [...positions, i, m]);
      const taps = Array.from({ length: h * w }, (_, tap) => {
        const window = tapWindow(graph, padded, info, tap, [1, 2]);
        const weighted = graph.node('Mul', [gradient, emitter.reshape(window, [...positions, i, 1])]);
        return graph.node('ReduceSum', [weighted, graph.int64([0, 1, 2])], { keepdims: 0 });
      });
      const stacked = graph.node(
        'Concat',
        taps.map((tap) => emitter.reshape(tap, [1, i, m])),
        { axis: 0 },
      );
      return emitter.value(shape, 'float32', emitter.reshape(stacked, shape));
    },
  }),
];
