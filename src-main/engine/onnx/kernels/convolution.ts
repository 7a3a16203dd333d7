import { activated, type Activation } from './activation.ts';
import { filterGradient } from './filter-gradient.ts';
import { inputGradient } from './input-gradient.ts';
import { geometry, infoOf, type ConvAttributes } from './convolution-geometry.ts';
import { openConvolution } from './open-convolution.ts';
import { kernel, type Kernel } from '../kernel.ts';

/** Convolutions, their gradients, and the fused form tfjs uses outside gradients. */
export const convolutionKernels: readonly Kernel[] = [
  kernel<ConvAttributes>()({
    name: 'Conv2D',
    inputs: ['x', 'filter'],
    infer: ([x, filter], attributes) => ({
      shape: infoOf(x.shape, filter.shape, attributes).outShape,
      dtype: 'float32',
    }),
    emit: (emitter, [x, filter], attributes, { shape }) =>
      openConvolution(emitter, x, filter, shape, geometry(infoOf(x.shape, filter.shape, attributes))),
  }),
  kernel<ConvAttributes & { inputShape: number[] }>()({
    name: 'Conv2DBackpropInput',
    inputs: ['dy', 'filter'],
    infer: (_, { inputShape }) => ({ shape: inputShape, dtype: 'float32' }),
    emit: (emitter, [dy, filter], attributes) =>
      inputGradient(emitter, dy, filter, infoOf(attributes.inputShape, filter.shape, attributes)),
  }),
  kernel<ConvAttributes & { filterShape: number[] }>()({
    name: 'Conv2DBackpropFilter',
    inputs: ['x', 'dy'],
    infer: (_, { filterShape }) => ({ shape: filterShape, dtype: 'float32' }),
    emit: (emitter, [x, dy], attributes) =>
      filterGradient(emitter, x, dy, infoOf(x.shape, attributes.filterShape, attributes)),
  }),
  kernel<ConvAttributes & Activation>()({
    name: 'FusedConv2D',
    inputs: ['x', 'filter', 'bias', 'preluActivationWeights'],
    infer: ([x, filter], attributes) => ({
      shape: infoOf(x.shape, filter.shape, attributes).outShape,
      dtype: 'float32',
    }),
    emit: (emitter, [x, filter, ...rest], attributes, { shape }) =>
      activated(
        emitter,
        openConvolution(emitter, x, filter, shape, geometry(infoOf(x.shape, filter.shape, attributes))),
        rest,
        attributes,
      ),
  }),
];
