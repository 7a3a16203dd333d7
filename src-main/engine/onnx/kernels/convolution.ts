import { backend_util } from '@tensorflow/tfjs-core';
import type { Emitter, Value } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';
import { activated, type Activation } from './activation.ts';
import { kernel, type Kernel } from './kernel.ts';

type ConvInfo = backend_util.Conv2DInfo;

interface ConvAttributes {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  dilations?: number | [number, number];
  dataFormat?: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function infoOf(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: ConvAttributes,
  depthwise = false,
): ConvInfo {
  return backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attributes.strides,
    attributes.dilations ?? 1,
    attributes.pad,
    attributes.dimRoundingMode,
    depthwise,
    backend_util.convertConv2DDataFormat(attributes.dataFormat ?? 'NHWC'),
  );
}

/** Top, left, bottom, right, as ONNX lists them. */
function padsOf({ padInfo }: ConvInfo): [number, number, number, number] {
  return [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right];
}

function geometry(info: ConvInfo): Record<string, readonly number[]> {
  return {
    kernel_shape: [info.filterHeight, info.filterWidth],
    pads: padsOf(info),
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
  };
}

function convolve(emitter: Emitter, x: Value, filter: Value, info: ConvInfo): Value {
  const name = emitter.graph.node(
    'Conv',
    [emitter.get(x, 'channels-first'), emitter.get(filter, 'filter')],
    geometry(info),
  );
  return emitter.value(info.outShape, 'float32', name, 'channels-first');
}

/** The filter turned by 180°, inputs and outputs exchanged: [inputs, outputs, height, width] in memory. */
function turnedFilter(emitter: Emitter, filter: Value): ValueName {
  const [h, w, i, o] = filter.shape;
  const { graph } = emitter;
  const oihw = emitter.get(filter, 'filter');
  const taps = emitter.transpose(emitter.reshape(oihw, [o, i, h * w]), [o, i, h * w], [1, 0, 2]);
  const flat = emitter.reshape(taps, [i * o, h * w]);
  if (h * w === 1) return emitter.reshape(flat, [i, o, h, w]);
  const reversed = graph.node('Slice', [
    flat,
    graph.int64([-1]),
    graph.int64([-h * w - 1]),
    graph.int64([1]),
    graph.int64([-1]),
  ]);
  return emitter.reshape(reversed, [i, o, h, w]);
}

/**
 * The gradient of a convolution with respect to its input. At stride 1 it is a convolution with the turned filter,
 * which onnxruntime computes faster than a transposed convolution.
 */
function inputGradient(emitter: Emitter, dy: Value, filter: Value, info: ConvInfo): Value {
  const [top, left, bottom, right] = padsOf(info);
  const reachY = (info.filterHeight - 1) * info.dilationHeight;
  const reachX = (info.filterWidth - 1) * info.dilationWidth;
  const pads = [reachY - top, reachX - left, reachY - bottom, reachX - right];
  const { graph } = emitter;
  if (info.strideHeight === 1 && info.strideWidth === 1 && pads.every((pad) => pad >= 0)) {
    const name = graph.node('Conv', [emitter.get(dy, 'channels-first'), turnedFilter(emitter, filter)], {
      ...geometry(info),
      pads,
    });
    return emitter.value(info.inShape, 'float32', name, 'channels-first');
  }
  const reached = (out: number, stride: number, reach: number): number => (out - 1) * stride + reach + 1;
  const name = graph.node(
    'ConvTranspose',
    [emitter.get(dy, 'channels-first'), emitter.get(filter, 'filter')],
    {
      ...geometry(info),
      output_padding: [
        info.inHeight + top + bottom - reached(info.outHeight, info.strideHeight, reachY),
        info.inWidth + left + right - reached(info.outWidth, info.strideWidth, reachX),
      ],
    },
  );
  return emitter.value(info.inShape, 'float32', name, 'channels-first');
}

/** `x` [n, channels, height, width] moved by `dy` rows and `dx` columns, zeros following. */
function shifted(emitter: Emitter, x: ValueName, dy: number, dx: number): ValueName {
  if (dy === 0 && dx === 0) return x;
  return emitter.graph.node('Pad', [x, emitter.graph.int64([0, 0, dy, dx, 0, 0, -dy, -dx])]);
}

/**
 * The gradient of a convolution with respect to its filter: one matrix product over all positions.
 *
 * At stride 1 with an output as large as the input, tap (a, b) pairs the output gradient at row y with the input at
 * row y + a − top. Moving the gradient down by a − top and the input left by b − left makes all taps share one index:
 * k copies of each side instead of k² copies of one side, and a single product of [k·outputs, positions] with
 * [k·inputs, positions].
 */
function filterGradient(emitter: Emitter, x: Value, dy: Value, info: ConvInfo): Value {
  const { filterHeight: kh, filterWidth: kw, inChannels: i, outChannels: o, batchSize: n } = info;
  const shape = [kh, kw, i, o];
  const { graph } = emitter;
  const [top, left, bottom, right] = padsOf(info);
  const unitStride = info.strideHeight === 1 && info.strideWidth === 1;
  const positions = info.outHeight * info.outWidth;
  const gradient = emitter.get(dy, 'channels-first');
  const input = emitter.get(x, 'channels-first');
  if (unitStride && info.inHeight === info.outHeight && info.inWidth === info.outWidth) {
    const rows = Array.from({ length: kh }, (_, a) =>
      shifted(emitter, gradient, a * info.dilationHeight - top, 0),
    );
    const columns = Array.from({ length: kw }, (_, b) =>
      shifted(emitter, input, 0, left - b * info.dilationWidth),
    );
    const taps = crossProduct(emitter, joined(emitter, rows), joined(emitter, columns), [
      n,
      kh * o,
      kw * i,
      positions,
    ]); // [kh, o, kw, i]
    const moved = emitter.transpose(emitter.reshape(taps, [kh, o, kw * i]), [kh, o, kw * i], [1, 0, 2]);
    const filter = emitter.transpose(emitter.reshape(moved, [o, kh * kw, i]), [o, kh * kw, i], [0, 2, 1]);
    return emitter.value(shape, 'float32', emitter.reshape(filter, [o, i, kh, kw]), 'filter');
  }
  const padded =
    top + left + bottom + right === 0
      ? input
      : graph.node('Pad', [input, graph.int64([0, 0, top, left, 0, 0, bottom, right])]);
  const columns = Array.from({ length: kh * kw }, (_, tap) => {
    const y = Math.floor(tap / kw) * info.dilationHeight;
    const x0 = (tap % kw) * info.dilationWidth;
    return graph.node('Slice', [
      padded,
      graph.int64([y, x0]),
      graph.int64([
        y + (info.outHeight - 1) * info.strideHeight + 1,
        x0 + (info.outWidth - 1) * info.strideWidth + 1,
      ]),
      graph.int64([2, 3]),
      graph.int64([info.strideHeight, info.strideWidth]),
    ]);
  });
  const taps = crossProduct(emitter, gradient, joined(emitter, columns), [n, o, kh * kw * i, positions]); // [o, kh·kw, i]
  const filter = emitter.transpose(emitter.reshape(taps, [o, kh * kw, i]), [o, kh * kw, i], [0, 2, 1]);
  return emitter.value(shape, 'float32', emitter.reshape(filter, [o, i, kh, kw]), 'filter');
}

function joined(emitter: Emitter, names: readonly ValueName[]): ValueName {
  return names.length === 1 ? names[0] : emitter.graph.node('Concat', names, { axis: 1 });
}

/** Σ over images and positions of a [n, rows, positions] · b [n, columns, positions]: [rows, columns]. */
function crossProduct(
  emitter: Emitter,
  a: ValueName,
  b: ValueName,
  [n, rows, columns, positions]: readonly [number, number, number, number],
): ValueName {
  const { graph } = emitter;
  const flat = (name: ValueName, channels: number): ValueName => {
    if (n === 1) return emitter.reshape(name, [channels, positions]);
    const each = emitter.reshape(name, [n, channels, positions]);
    return emitter.reshape(emitter.transpose(each, [n, channels, positions], [1, 0, 2]), [
      channels,
      n * positions,
    ]);
  };
  return graph.node('Gemm', [flat(a, rows), flat(b, columns)], { transB: 1 });
}

/** ONNX wants a depthwise filter as [inputs · multiplier, 1, height, width]. */
function depthwiseFilter(emitter: Emitter, filter: Value): ValueName {
  const [h, w, i, m] = filter.shape;
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

/** Convolutions, their gradients, and the fused forms tfjs uses outside gradients. */
export const convolutionKernels: readonly Kernel[] = [
  kernel<ConvAttributes>({
    name: 'Conv2D',
    inputs: ['x', 'filter'],
    infer: ([x, filter], attributes) => ({
      shape: infoOf(x.shape, filter.shape, attributes).outShape,
      dtype: 'float32',
    }),
    emit: (emitter, [x, filter], attributes) =>
      convolve(emitter, x, filter, infoOf(x.shape, filter.shape, attributes)),
  }),
  kernel<ConvAttributes & { inputShape: number[] }>({
    name: 'Conv2DBackpropInput',
    inputs: ['dy', 'filter'],
    infer: (_, { inputShape }) => ({ shape: inputShape, dtype: 'float32' }),
    emit: (emitter, [dy, filter], attributes) =>
      inputGradient(emitter, dy, filter, infoOf(attributes.inputShape, filter.shape, attributes)),
  }),
  kernel<ConvAttributes & { filterShape: number[] }>({
    name: 'Conv2DBackpropFilter',
    inputs: ['x', 'dy'],
    infer: (_, { filterShape }) => ({ shape: filterShape, dtype: 'float32' }),
    emit: (emitter, [x, dy], attributes) =>
      filterGradient(emitter, x, dy, infoOf(x.shape, attributes.filterShape, attributes)),
  }),
  kernel<ConvAttributes & Activation>({
    name: 'FusedConv2D',
    inputs: ['x', 'filter', 'bias', 'preluActivationWeights'],
    infer: ([x, filter], attributes) => ({
      shape: infoOf(x.shape, filter.shape, attributes).outShape,
      dtype: 'float32',
    }),
    emit: (emitter, [x, filter, ...rest], attributes) =>
      activated(
        emitter,
        convolve(emitter, x, filter, infoOf(x.shape, filter.shape, attributes)),
        rest,
        attributes,
      ),
  }),
  kernel<ConvAttributes>({
    name: 'DepthwiseConv2dNative',
    inputs: ['x', 'filter'],
    infer: ([x, filter], attributes) => ({
      shape: infoOf(x.shape, filter.shape, attributes, true).outShape,
      dtype: 'float32',
    }),
    emit: (emitter, [x, filter], attributes) =>
      convolveDepthwise(emitter, x, filter, infoOf(x.shape, filter.shape, attributes, true)),
  }),
  kernel<ConvAttributes & Activation>({
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
  kernel<ConvAttributes & { inputShape: number[] }>({
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
  kernel<ConvAttributes & { filterShape: number[] }>({
    name: 'DepthwiseConv2dNativeBackpropFilter',
    inputs: ['x', 'dy'],
    infer: (_, { filterShape }) => ({ shape: filterShape, dtype: 'float32' }),
    emit: (emitter, [x, dy], attributes, { shape }) => {
      const info = infoOf(x.shape, attributes.filterShape, attributes, true);
      const { graph } = emitter;
      const [h, w, i, m] = shape;
      const [top, left, bottom, right] = padsOf(info);
      const padded = graph.node('Pad', [
        emitter.natural(x),
        graph.int64([0, top, left, 0, 0, bottom, right, 0]),
      ]);
      const positions = [info.batchSize, info.outHeight, info.outWidth];
      const gradient = emitter.reshape(emitter.natural(dy), [...positions, i, m]);
      const taps = Array.from({ length: h * w }, (_, tap) => {
        const y = Math.floor(tap / w) * info.dilationHeight;
        const x0 = (tap % w) * info.dilationWidth;
        const window = graph.node('Slice', [
          padded,
          graph.int64([y, x0]),
          graph.int64([
            y + (info.outHeight - 1) * info.strideHeight + 1,
            x0 + (info.outWidth - 1) * info.strideWidth + 1,
          ]),
          graph.int64([1, 2]),
          graph.int64([info.strideHeight, info.strideWidth]),
        ]);
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
