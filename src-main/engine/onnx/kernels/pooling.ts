import { backend_util } from '@tensorflow/tfjs-core';
import { itemAt, tupleOf } from '../../../contract/elements.ts';
import type { Emitter } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';
import { physicalShape, sizeOf } from '../layout.ts';
import { kernel, type Kernel } from '../kernel.ts';
import type { Value } from '../value.ts';

type PoolInfo = backend_util.Conv2DInfo;

interface PoolAttributes {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function infoOf(
  shape: readonly number[],
  { filterSize, strides, pad, dimRoundingMode }: PoolAttributes,
): PoolInfo {
  const input = shape as [number, number, number, number];
  return backend_util.computePool2DInfo(input, filterSize, strides, 1, pad, dimRoundingMode);
}

function geometry(info: PoolInfo): Record<string, readonly number[]> {
  const { padInfo } = info;
  return {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right],
  };
}

/** Number of image pixels each window averages; windows at the border have fewer. */
function windowSizes(emitter: Emitter, info: PoolInfo): ValueName {
  const { padInfo } = info;
  const inside = (out: number, stride: number, size: number, before: number, length: number): number[] =>
    Array.from({ length: out }, (_, i) => {
      const start = i * stride - before;
      return Math.min(start + size, length) - Math.max(start, 0);
    });
  const rows = inside(info.outHeight, info.strideHeight, info.filterHeight, padInfo.top, info.inHeight);
  const columns = inside(info.outWidth, info.strideWidth, info.filterWidth, padInfo.left, info.inWidth);
  const { graph } = emitter;
  return graph.node('Mul', [
    graph.tensor(rows, [1, 1, rows.length, 1]),
    graph.tensor(columns, [1, 1, 1, columns.length]),
  ]);
}

/** Whether the windows neither overlap nor leave gaps. */
function isTiling({ strideHeight, strideWidth, filterHeight, filterWidth }: PoolInfo): boolean {
  return strideHeight === filterHeight && strideWidth === filterWidth;
}

/** Spreads each output's gradient evenly over the pixels of its window. */
function averageGradient(emitter: Emitter, dy: Value, info: PoolInfo): Value {
  const { graph } = emitter;
  const { padInfo, batchSize: n, inChannels: c } = info;
  const { filterHeight: fy, filterWidth: fx } = info;
  if (info.outHeight * fy === info.inHeight && info.outWidth * fx === info.inWidth && isTiling(info)) {
    const mean = graph.node('Mul', [emitter.get(dy, 'channels-first'), graph.scalar(1 / (fy * fx))]);
    const whole = emitter.repeatPixels(mean, fy, fx);
    return emitter.value(info.inShape, 'float32', whole, 'channels-first');
  }
  const share = graph.node('Div', [emitter.get(dy, 'channels-first'), windowSizes(emitter, info)]);
  const planes = emitter.reshape(share, [n * c, 1, info.outHeight, info.outWidth]);
  const ones = graph.node('Expand', [
    graph.scalar(1),
    graph.int64([1, 1, info.filterHeight, info.filterWidth]),
  ]);
  const reached = (out: number, stride: number, size: number): number => (out - 1) * stride + size;
  const name = graph.node('ConvTranspose', [planes, ones], {
    ...geometry(info),
    output_padding: [
      info.inHeight +
        padInfo.top +
        padInfo.bottom -
        reached(info.outHeight, info.strideHeight, info.filterHeight),
      info.inWidth +
        padInfo.left +
        padInfo.right -
        reached(info.outWidth, info.strideWidth, info.filterWidth),
    ],
  });
  const spread = emitter.reshape(name, physicalShape(info.inShape, 'channels-first'));
  return emitter.value(info.inShape, 'float32', spread, 'channels-first');
}

/** The maxima and their positions: one node for both, except on a GPU, which finds no positions. */
function maximum(emitter: Emitter, x: Value, info: PoolInfo, places: boolean): readonly ValueName[] {
  const { graph } = emitter;
  const map = emitter.get(x, 'channels-first');
  if (emitter.target !== 'webgpu') return graph.nodes('MaxPool', [map], geometry(info), 2);
  // GPUs lack doubles, so onnxruntime computes these on the CPU.
  return places
    ? graph.nodes('MaxPool', [emitter.cast(map, 'float64')], geometry(info), 2)
    : graph.nodes('MaxPool', [map], geometry(info), 1);
}

/** Adds each output's gradient to the pixel that was the window's maximum (the first of equals). */
function maximumGradient(emitter: Emitter, dy: Value, x: Value, info: PoolInfo): Value {
  const { graph } = emitter;
  const [, indices] = tupleOf(maximum(emitter, x, info, true), 2);
  const zeros = graph.node('Expand', [graph.scalar(0), graph.int64([sizeOf(info.inShape)])]);
  const flat = graph.int64([-1]);
  const scattered = graph.node(
    'ScatterElements',
    [
      zeros,
      graph.node('Reshape', [indices, flat]),
      graph.node('Reshape', [emitter.get(dy, 'channels-first'), flat]),
    ],
    { axis: 0, reduction: 'add' },
  );
  const name = emitter.reshape(scattered, physicalShape(info.inShape, 'channels-first'));
  return emitter.value(info.inShape, 'float32', name, 'channels-first');
}

/** Pooling and its gradients. */
export const poolingKernels: readonly Kernel[] = [
  kernel<PoolAttributes>()({
    name: 'MaxPool',
    inputs: ['x'],
    infer: ([x], attributes) => ({ shape: infoOf(x.shape, attributes).outShape, dtype: x.dtype }),
    emit: (emitter, [x], attributes, { shape, dtype }) => {
      const info = infoOf(x.shape, attributes);
      const name = itemAt(maximum(emitter, x, info, false), 0);
      return emitter.value(shape, dtype, name, 'channels-first');
    },
  }),
  kernel<PoolAttributes>()({
    name: 'AvgPool',
    inputs: ['x'],
    infer: ([x], attributes) => ({ shape: infoOf(x.shape, attributes).outShape, dtype: x.dtype }),
    emit: (emitter, [x], attributes, { shape, dtype }) => {
      const info = infoOf(x.shape, attributes);
      const name = emitter.graph.node('AveragePool', [emitter.get(x, 'channels-first')], geometry(info));
      return emitter.value(shape, dtype, name, 'channels-first');
    },
  }),
  kernel<PoolAttributes>()({
    name: 'MaxPoolGrad',
    inputs: ['dy', 'input', 'output'],
    infer: ([, input]) => input,
    emit: (emitter, [dy, input], attributes) =>
      maximumGradient(emitter, dy, input, infoOf(input.shape, attributes)),
  }),
  kernel<PoolAttributes>()({
    name: 'AvgPoolGrad',
    inputs: ['dy', 'input'],
    infer: ([, input]) => input,
    emit: (emitter, [dy, input], attributes) => averageGradient(emitter, dy, infoOf(input.shape, attributes)),
  }),
];
