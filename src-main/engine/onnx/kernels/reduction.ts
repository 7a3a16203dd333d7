import { backend_util, util } from '@tensorflow/tfjs-core';
import { numberAt, tupleOf } from '../../../contract/elements.ts';
import { plainOrder, readyOrder } from '../elementwise-order.ts';
import type { Emitter } from '../emitter.ts';
import type { TensorDtype, ValueName } from '../graph-builder.ts';
import { axesOf, isBlocked } from '../layout.ts';
import { kernel, type Kernel, type TensorSpec } from '../kernel.ts';
import type { Value } from '../value.ts';

interface ReductionAttributes {
  axis?: number | number[];
  /** The name of `axis` in the kernel Max. */
  reductionIndices?: number | number[];
  keepDims?: boolean;
}

function axesOfReduction(
  shape: readonly number[],
  { axis, reductionIndices }: ReductionAttributes,
): number[] {
  return util.parseAxisParam((axis ?? reductionIndices) as number | number[], [...shape]);
}

function reducedShape(shape: readonly number[], attributes: ReductionAttributes): number[] {
  const axes = axesOfReduction(shape, attributes);
  const [kept] = backend_util.computeOutAndReduceShapes([...shape], axes);
  return attributes.keepDims === true ? backend_util.expandShapeToKeepDim(kept, axes) : kept;
}

/** Reduces in the operand's existing order. */
function reduce(
  emitter: Emitter,
  opType: string,
  x: Value,
  attributes: ReductionAttributes,
  { shape, dtype }: TensorSpec,
): Value {
  const axes = axesOfReduction(x.shape, attributes);
  if (axes.length === 0) return emitter.reshaped(x, shape);
  const kept = x.shape.map((length, i) => (axes.includes(i) ? 1 : length));
  const { graph } = emitter;
  const ready = readyOrder(x);
  if (isBlocked(ready) && ready.startsWith('channels') && axes.join() === '0,1,2') {
    // [n, blocks, pixels, block]: the result is one number per channel, in channel order.
    const [n, h, w, c] = tupleOf(x.shape, 4);
    const pieces = [n, c / emitter.block, h * w, emitter.block];
    const map = emitter.reshape(emitter.get(x, ready), pieces);
    const sums = graph.node(opType, [map, graph.int64([0, 2])], { keepdims: 1 });
    return emitter.reshaped(emitter.value(kept, dtype, emitter.reshape(sums, kept)), shape);
  }
  const order = plainOrder(x);
  const places = axesOf(order, x.shape.length);
  const physicalAxes = axes.map((one) => places.indexOf(one)).sort((a, b) => a - b);
  const name = graph.node(opType, [emitter.get(x, order), graph.int64(physicalAxes)], { keepdims: 1 });
  return emitter.reshaped(emitter.value(kept, dtype, name, order), shape);
}

function reduction(
  name: string,
  opType: string,
  dtypeOf: (dtype: TensorDtype) => TensorDtype = (dtype) => dtype,
): Kernel {
  return kernel<ReductionAttributes>()({
    name,
    inputs: ['x'],
    infer: ([x], attributes) => ({ shape: reducedShape(x.shape, attributes), dtype: dtypeOf(x.dtype) }),
    emit: (emitter, [x], attributes, output) =>
      reduce(emitter, opType, castTo(emitter, x, output.dtype), attributes, output),
  });
}

/** Any and All: the largest or smallest of 0 and 1. */
function logicalReduction(name: string, opType: string): Kernel {
  return kernel<ReductionAttributes>()({
    name,
    inputs: ['x'],
    infer: ([x], attributes) => ({ shape: reducedShape(x.shape, attributes), dtype: 'bool' }),
    emit: (emitter, [x], attributes, { shape }) =>
      castTo(
        emitter,
        reduce(emitter, opType, castTo(emitter, x, 'int32'), attributes, { shape, dtype: 'int32' }),
        'bool',
      ),
  });
}

function positionOfExtreme(name: 'ArgMax' | 'ArgMin'): Kernel {
  return kernel<{ axis: number }>()({
    name,
    inputs: ['x'],
    infer: ([x], { axis }) => ({ shape: reducedShape(x.shape, { axis }), dtype: 'int32' }),
    emit: (emitter, [x], { axis }, { shape, dtype }) => {
      const one = numberAt(util.parseAxisParam(axis, [...x.shape]), 0);
      const places =
        emitter.target === 'webgpu' && x.dtype === 'float32'
          ? positionOnGpu(emitter, x, one, name)
          : emitter.graph.node(name, [emitter.natural(x)], { axis: one, keepdims: 0 });
      return emitter.value(shape, dtype, emitter.cast(places, 'int32'));
    },
  });
}

/**
 * The first position of the extreme, as a float: the operator's 64-bit result would make a GPU wait for the
 * CPU.
 */
function positionOnGpu(emitter: Emitter, x: Value, axis: number, opType: 'ArgMax' | 'ArgMin'): ValueName {
  const { graph } = emitter;
  const { length } = x.shape;
  const count = numberAt(x.shape, axis);
  const axes = graph.int64([axis]);
  const values = emitter.natural(x);
  const extreme = graph.node(opType === 'ArgMax' ? 'ReduceMax' : 'ReduceMin', [values, axes]);
  const places = graph.tensor(
    Array.from({ length: count }, (_, i) => i),
    Array.from({ length }, (_, i) => (i === axis ? count : 1)),
  );
  const hit = graph.node('Where', [graph.node('Equal', [values, extreme]), places, graph.scalar(count)]);
  return graph.node('ReduceMin', [hit, axes], { keepdims: 0 });
}

function castTo(emitter: Emitter, x: Value, dtype: TensorDtype): Value {
  return x.dtype === dtype
    ? x
    : emitter.unary('Cast', x, dtype, { to: { float32: 1, int32: 6, bool: 9 }[dtype] });
}

interface CumulationAttributes {
  axis: number;
  exclusive: boolean;
  reverse: boolean;
}

/** Reductions, positions of extremes, cumulative sums. */
export const reductionKernels: readonly Kernel[] = [
  reduction('Sum', 'ReduceSum', (dtype) => (dtype === 'bool' ? 'int32' : dtype)),
  reduction('Mean', 'ReduceMean', () => 'float32'),
  reduction('Max', 'ReduceMax'),
  reduction('Min', 'ReduceMin'),
  reduction('Prod', 'ReduceProd', (dtype) => (dtype === 'bool' ? 'int32' : dtype)),
  logicalReduction('Any', 'ReduceMax'),
  logicalReduction('All', 'ReduceMin'),
  positionOfExtreme('ArgMax'),
  positionOfExtreme('ArgMin'),
  kernel<CumulationAttributes>()({
    name: 'Cumsum',
    inputs: ['x'],
    infer: ([x]) => ({ shape: x.shape, dtype: x.dtype === 'bool' ? 'int32' : x.dtype }),
    emit: (emitter, [x], { axis, exclusive, reverse }, { shape, dtype }) =>
      emitter.value(
        shape,
        dtype,
        emitter.graph.node(
          'CumSum',
          [emitter.natural(castTo(emitter, x, dtype)), emitter.graph.int64Scalar(axis)],
          { exclusive: Number(exclusive), reverse: Number(reverse) },
        ),
      ),
  }),
];
