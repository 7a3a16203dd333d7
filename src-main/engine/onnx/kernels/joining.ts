import { backend_util, type NamedAttrMap } from '@tensorflow/tfjs-core';
import { itemAt, numberAt, tupleOf } from '../../../contract/elements.ts';
import { plainOrder } from '../elementwise-order.ts';
import type { Emitter } from '../emitter.ts';
import { kernel, type Kernel, type TensorSpec } from '../kernel.ts';
import { physicalAxes } from './slice.ts';
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
    { axis: numberAt(physicalAxes(order, shape.length, [axis]), 0) },
  );
  return emitter.value(shape, dtype, name, order);
}

/** The axis along which a tensor is divided; tfjs counts negative ones from the end. */
function axisIn(shape: readonly number[], attributes: NamedAttrMap): number {
  const axis = attributes.axis as number;
  return axis < 0 ? axis + shape.length : axis;
}

function pieceSizes(shape: readonly number[], axis: number, numOrSizes: number | number[]): number[] {
  if (typeof numOrSizes === 'number')
    return new Array<number>(numOrSizes).fill(numberAt(shape, axis) / numOrSizes);
  const known = numOrSizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  return numOrSizes.map((size) => (size === -1 ? numberAt(shape, axis) - known : size));
}

function pieces(emitter: Emitter, x: Value, axis: number, sizes: readonly number[]): Value[] {
  if (sizes.length === 1) return [x];
  const order = plainOrder(x);
  return split(
    emitter,
    emitter.get(x, order),
    sizes,
    numberAt(physicalAxes(order, x.shape.length, [axis]), 0),
  ).map((name, i) =>
    emitter.value(
      x.shape.map((length, a) => (a === axis ? numberAt(sizes, i) : length)),
      x.dtype,
      name,
      order,
    ),
  );
}

/** Kernels that join tensors along an axis, or split one. */
export const joiningKernels: readonly Kernel[] = [
  kernel<{ axis: number }>()({
    name: 'Concat',
    inputs: 'list',
    infer: (specs, { axis }) => ({
      shape: backend_util.computeOutShape(
        specs.map(({ shape }) => [...shape]),
        axis < 0 ? axis + itemAt(specs, 0).shape.length : axis,
      ),
      dtype: itemAt(specs, 0).dtype,
    }),
    emit: (emitter, values, { axis }, output) =>
      concat(emitter, values, axis < 0 ? axis + output.shape.length : axis, output),
  }),
  kernel<{ axis: number }>()({
    name: 'Pack',
    inputs: 'list',
    infer: (specs, { axis }) => ({
      shape: itemAt(specs, 0).shape.toSpliced(
        axis < 0 ? axis + itemAt(specs, 0).shape.length + 1 : axis,
        0,
        specs.length,
      ),
      dtype: itemAt(specs, 0).dtype,
    }),
    emit: (emitter, values, { axis }, output) => {
      const place = axis < 0 ? axis + output.shape.length : axis;
      const shape = itemAt(values, 0).shape.toSpliced(place, 0, 1);
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
    infer: (inputs, attributes) => {
      const { shape, dtype } = itemAt(inputs, 0);
      const axis = axisIn(shape, attributes);
      return Array.from({ length: numberAt(shape, axis) }, () => ({
        shape: shape.toSpliced(axis, 1),
        dtype,
      }));
    },
    emit: (emitter, inputs, attributes, outputs) => {
      const [x] = tupleOf(inputs, 1);
      const axis = axisIn(x.shape, attributes);
      const sizes = outputs.map(() => 1);
      return pieces(emitter, x, axis, sizes).map((piece, i) =>
        emitter.reshaped(piece, itemAt(outputs, i).shape),
      );
    },
  },
  {
    name: 'SplitV',
    inputs: ['x'],
    listsOutputs: true,
    infer: (inputs, attributes) => {
      const { shape, dtype } = itemAt(inputs, 0);
      const axis = axisIn(shape, attributes);
      return pieceSizes(shape, axis, attributes.numOrSizeSplits as number | number[]).map((size) => ({
        shape: shape.with(axis, size),
        dtype,
      }));
    },
    emit: (emitter, inputs, attributes, outputs) => {
      const [x] = tupleOf(inputs, 1);
      const axis = axisIn(x.shape, attributes);
      const sizes = outputs.map(({ shape }) => numberAt(shape, axis));
      return pieces(emitter, x, axis, sizes);
    },
  },
];
