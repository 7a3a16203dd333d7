import { backend_util } from '@tensorflow/tfjs-core';
import { plainOrder } from '../elementwise-order.ts';
import type { Emitter } from '../emitter.ts';
import { kernel, type Kernel, type TensorSpec } from './kernel.ts';
import { places } from './slice.ts';
import { split } from './split.ts';
import type { Value } from '../value.ts';

function concat(
  emitter: Emitter,
  values: readonly Value[],
  axis: number,
  { shape, dtype }: TensorSpec,
): Value {
  const order = values.some((value) => plainOrder(value) === 'channels-first') ? 'channels-first' : 'natural';
  const name = emitter.graph.node(
    'Concat',
    values.map((value) => emitter.get(value, order)),
    { axis: places(order, shape.length, [axis])[0] },
  );
  return emitter.value(shape, dtype, name, order);
}

function pieceSizes(shape: readonly number[], axis: number, numOrSizes: number | number[]): number[] {
  if (typeof numOrSizes === 'number') return new Array<number>(numOrSizes).fill(shape[axis] / numOrSizes);
  const known = numOrSizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  return numOrSizes.map((size) => (size === -1 ? shape[axis] - known : size));
}

function pieces(emitter: Emitter, x: Value, axis: number, sizes: readonly number[]): Value[] {
  if (sizes.length === 1) return [x];
  const order = plainOrder(x);
  return split(emitter, emitter.get(x, order), sizes, places(order, x.shape.length, [axis])[0]).map(
    (name, i) =>
      emitter.value(
        x.shape.map((length, a) => (a === axis ? sizes[i] : length)),
        x.dtype,
        name,
        order,
      ),
  );
}

/** Kernels that join tensors along an axis, or split one. */
export const joiningKernels: readonly Kernel[] = [
  kernel<{ axis: number }>({
    name: 'Concat',
    inputs: 'list',
    infer: (specs, { axis }) => ({
      shape: backend_util.computeOutShape(
        specs.map(({ shape }) => [...shape]),
        axis < 0 ? axis + specs[0].shape.length : axis,
      ),
      dtype: specs[0].dtype,
    }),
    emit: (emitter, values, { axis }, output) =>
      concat(emitter, values, axis < 0 ? axis + output.shape.length : axis, output),
  }),
  kernel<{ axis: number }>({
    name: 'Pack',
    inputs: 'list',
    infer: (specs, { axis }) => ({
      shape: specs[0].shape.toSpliced(axis < 0 ? axis + specs[0].shape.length + 1 : axis, 0, specs.length),
      dtype: specs[0].dtype,
    }),
    emit: (emitter, values, { axis }, output) => {
      const place = axis < 0 ? axis + output.shape.length : axis;
      const shape = values[0].shape.toSpliced(place, 0, 1);
      return concat(
        emitter,
        values.map((value) => emitter.reshaped(value, shape)),
        place,
        output,
      );
    },
  }),
  {
    name: 'Unpack',
    inputs: ['value'],
    listsOutputs: true,
    infer: ([{ shape, dtype }], attributes) => {
      const axis =
        (attributes.axis as number) < 0 ? (attributes.axis as number) + shape.length : attributes.axis;
      return Array.from({ length: shape[axis as number] }, () => ({
        shape: shape.toSpliced(axis as number, 1),
        dtype,
      }));
    },
    emit: (emitter, [x], attributes, outputs) => {
      const axis =
        (attributes.axis as number) < 0 ? (attributes.axis as number) + x.shape.length : attributes.axis;
      const sizes = outputs.map(() => 1);
      return pieces(emitter, x, axis as number, sizes).map((piece, i) =>
        emitter.reshaped(piece, outputs[i].shape),
      );
    },
  },
  {
    name: 'SplitV',
    inputs: ['x'],
    listsOutputs: true,
    infer: ([{ shape, dtype }], attributes) => {
      const axis =
        (attributes.axis as number) < 0 ? (attributes.axis as number) + shape.length : attributes.axis;
      return pieceSizes(shape, axis as number, attributes.numOrSizeSplits as number | number[]).map(
        (size) => ({
          shape: shape.with(axis as number, size),
          dtype,
        }),
      );
    },
    emit: (emitter, [x], attributes, outputs) => {
      const axis =
        (attributes.axis as number) < 0 ? (attributes.axis as number) + x.shape.length : attributes.axis;
      const sizes = outputs.map(({ shape }) => shape[axis as number]);
      return pieces(emitter, x, axis as number, sizes);
    },
  },
];
