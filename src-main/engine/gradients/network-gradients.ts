import * as tf from '@tensorflow/tfjs-core';
import { gradient, runKernel, type Gradient } from './gradient.ts';

function undilated({ dilations }: tf.NamedAttrMap, kernelName: string): void {
  if ([dilations as number | number[]].flat().some((dilation) => dilation !== 1)) {
    throw new RangeError(`${kernelName} has a gradient only for dilation 1, received ${String(dilations)}`);
  }
}

function productGradient(
  dy: tf.Tensor,
  a: tf.Tensor,
  b: tf.Tensor,
  { transposeA, transposeB }: tf.NamedAttrMap,
): [() => tf.Tensor, () => tf.Tensor] {
  const product = (x: tf.Tensor, y: tf.Tensor, tx: boolean, ty: boolean) => (): tf.Tensor =>
    tf.matMul(x, y, tx, ty);
  if (transposeA !== true && transposeB !== true)
    return [product(dy, b, false, true), product(a, dy, true, false)];
  if (transposeA !== true) return [product(dy, b, false, false), product(dy, a, true, false)];
  if (transposeB !== true) return [product(b, dy, false, true), product(a, dy, false, false)];
  return [product(b, dy, true, true), product(dy, a, true, true)];
}

/** Gradients of convolution, pooling, resizing and matrix products. */
export const networkGradients: readonly Gradient[] = [
  gradient({
    kernelName: 'Conv2D',
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, [x, filter], attrs) => {
      undilated(attrs, 'Conv2D');
      return {
        x: () => runKernel('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: x.shape }),
        filter: () => runKernel('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape: filter.shape }),
      };
    },
  }),
  gradient({
    // Transposed convolution: its gradient is the convolution.
    kernelName: 'Conv2DBackpropInput',
    inputsToSave: ['dy', 'filter'],
    gradFunc: (ddx, [dy, filter], attrs) => {
      const { strides, pad, dataFormat, dimRoundingMode } = attrs;
      const shared = { strides, pad, dataFormat, dimRoundingMode };
      return {
        dy: () => runKernel('Conv2D', { x: ddx, filter }, { ...shared, dilations: 1 }),
        filter: () =>
          runKernel('Conv2DBackpropFilter', { x: ddx, dy }, { ...shared, filterShape: filter.shape }),
      };
    },
  }),
  gradient({
    kernelName: 'DepthwiseConv2dNative',
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, [x, filter], attrs) => {
      undilated(attrs, 'DepthwiseConv2dNative');
      return {
        x: () =>
          runKernel('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { ...attrs, inputShape: x.shape }),
        filter: () =>
          runKernel(
            'DepthwiseConv2dNativeBackpropFilter',
            { x, dy },
            { ...attrs, filterShape: filter.shape },
          ),
      };
    },
  }),
  gradient({
    kernelName: 'MaxPool',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attrs) => ({
      x: () => runKernel('MaxPoolGrad', { dy, input: x, output: y }, attrs),
    }),
  }),
  gradient({
    kernelName: 'AvgPool',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({ x: () => runKernel('AvgPoolGrad', { dy, input: x }, attrs) }),
  }),
  gradient({
    kernelName: 'ResizeBilinear',
    inputsToSave: ['images'],
    gradFunc: (dy, [images], attrs) => ({
      images: () => runKernel('ResizeBilinearGrad', { dy, images }, attrs),
    }),
  }),
  gradient({
    kernelName: 'ResizeNearestNeighbor',
    inputsToSave: ['images'],
    gradFunc: (dy, [images], attrs) => ({
      images: () => runKernel('ResizeNearestNeighborGrad', { dy, images }, attrs),
    }),
  }),
  gradient({
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b], attrs) => {
      const [da, db] = productGradient(dy, a, b, attrs);
      return { a: da, b: db };
    },
  }),
];
