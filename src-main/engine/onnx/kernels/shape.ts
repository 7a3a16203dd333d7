import { slice_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { itemAt, numberAt } from '../../../contract/elements.ts';
import { plainOrder } from '../elementwise-order.ts';
import type { Emitter } from '../emitter.ts';
import { axesOf } from '../layout.ts';
import { kernel, type Kernel, type TensorSpec } from '../kernel.ts';
import { slice } from './slice.ts';
import type { Value } from '../value.ts';

function transpose(emitter: Emitter, x: Value, perm: readonly number[]): Value {
  const shape = perm.map((axis) => numberAt(x.shape, axis));
  return emitter.value(shape, x.dtype, emitter.transpose(emitter.natural(x), x.shape, perm));
}

interface SliceAttributes {
  begin: number | number[];
  size: number | number[];
}

/** Starts and lengths, one per axis. */
function sliceParameters({ shape }: TensorSpec, { begin, size }: SliceAttributes): number[][] {
  // tfjs requires a tensor here and reads its shape and rank.
  const tensor = { shape: [...shape], rank: shape.length } as unknown as TensorInfo;
  return slice_util.parseSliceParams(tensor, begin, size);
}

interface StridedSliceAttributes {
  begin: number[];
  end: number[];
  strides: number[];
  beginMask: number;
  endMask: number;
  ellipsisMask: number;
  newAxisMask: number;
  shrinkAxisMask: number;
}

function stridedSliceInfo(x: TensorSpec, a: StridedSliceAttributes): ReturnType<typeof slice_util.sliceInfo> {
  return slice_util.sliceInfo(
    [...x.shape],
    a.begin,
    a.end,
    a.strides,
    a.beginMask,
    a.endMask,
    a.ellipsisMask,
    a.newAxisMask,
    a.shrinkAxisMask,
  );
}

/** Source indices of a mirrored axis; `skip` excludes the border pixel itself (reflect, not symmetric). */
function mirroredIndices(length: number, before: number, after: number, skip: 0 | 1): number[] {
  return Array.from({ length: before + length + after }, (_, i) => {
    const at = i - before;
    if (at < 0) return -at - 1 + skip;
    return at < length ? at : 2 * length - at - 1 - skip;
  });
}

interface PadAttributes {
  paddings: [number, number][];
  constantValue: number;
}

function paddedShape(x: TensorSpec, paddings: readonly (readonly [number, number])[]): number[] {
  return x.shape.map((length, axis) => itemAt(paddings, axis)[0] + length + itemAt(paddings, axis)[1]);
}

/** Kernels that slice, pad, move and repeat. */
export const shapeKernels: readonly Kernel[] = [
  kernel<SliceAttributes>()({
    name: 'Slice',
    inputs: ['x'],
    infer: ([x], attributes) => ({ shape: itemAt(sliceParameters(x, attributes), 1), dtype: x.dtype }),
    emit: (emitter, [x], attributes, { shape }) => {
      const starts = itemAt(sliceParameters(x, attributes), 0);
      const ends = starts.map((start, axis) => start + numberAt(shape, axis));
      return slice(
        emitter,
        x,
        starts,
        ends,
        x.shape.map(() => 1),
        shape,
      );
    },
  }),
  kernel<StridedSliceAttributes>()({
    name: 'StridedSlice',
    inputs: ['x'],
    infer: ([x], attributes) => ({ shape: stridedSliceInfo(x, attributes).finalShape, dtype: x.dtype }),
    emit: (emitter, [x], attributes, { shape }) => {
      const { begin, end, strides } = stridedSliceInfo(x, attributes);
      // "Before the first element" is −1 to tfjs; ONNX counts −1 from the end.
      const ends = end.map((one, axis) =>
        numberAt(strides, axis) < 0 && one < 0 ? -numberAt(x.shape, axis) - 1 : one,
      );
      const lengths = begin.map((start, axis) =>
        Math.max(Math.ceil((numberAt(end, axis) - start) / numberAt(strides, axis)), 0),
      );
      return emitter.reshaped(slice(emitter, x, begin, ends, strides, lengths), shape);
    },
  }),
  kernel<PadAttributes>()({
    name: 'PadV2',
    inputs: ['x'],
    infer: ([x], { paddings }) => ({ shape: paddedShape(x, paddings), dtype: x.dtype }),
    emit: (emitter, [x], { paddings, constantValue }, { shape, dtype }) => {
      const order = plainOrder(x);
      const axes = axesOf(order, shape.length);
      const pads = [
        ...axes.map((axis) => itemAt(paddings, axis)[0]),
        ...axes.map((axis) => itemAt(paddings, axis)[1]),
      ];
      const { graph } = emitter;
      const name = graph.node('Pad', [
        emitter.get(x, order),
        graph.int64(pads),
        graph.scalar(constantValue, dtype),
      ]);
      return emitter.value(shape, dtype, name, order);
    },
  }),
  kernel<{ paddings: [number, number][]; mode: 'reflect' | 'symmetric' }>()({
    name: 'MirrorPad',
    inputs: ['x'],
    infer: ([x], { paddings }) => ({ shape: paddedShape(x, paddings), dtype: x.dtype }),
    emit: (emitter, [x], { paddings, mode }, { shape, dtype }) => {
      let name = emitter.natural(x);
      paddings.forEach(([before, after], axis) => {
        if (before === 0 && after === 0) return;
        const indices = mirroredIndices(numberAt(x.shape, axis), before, after, mode === 'reflect' ? 1 : 0);
        name = emitter.graph.node('Gather', [name, emitter.graph.int64(indices)], { axis });
      });
      return emitter.value(shape, dtype, name);
    },
  }),
  kernel<{ perm: number[] }>()({
    name: 'Transpose',
    inputs: ['x'],
    infer: ([x], { perm }) => ({ shape: perm.map((axis) => numberAt(x.shape, axis)), dtype: x.dtype }),
    emit: (emitter, [x], { perm }) => transpose(emitter, x, perm),
  }),
  kernel<{ reps: number[] }>()({
    name: 'Tile',
    inputs: ['x'],
    infer: ([x], { reps }) => ({
      shape: x.shape.map((length, axis) => length * numberAt(reps, axis)),
      dtype: x.dtype,
    }),
    emit: (emitter, [x], { reps }, { shape, dtype }) =>
      x.shape.every((length, axis) => length === 1 || reps[axis] === 1)
        ? emitter.broadcast(x, shape)
        : emitter.value(
            shape,
            dtype,
            emitter.graph.node('Tile', [emitter.natural(x), emitter.graph.int64(reps)]),
          ),
  }),
  kernel<{ shape: number[] }>()({
    name: 'BroadcastTo',
    inputs: ['x'],
    infer: ([x], { shape }) => ({ shape, dtype: x.dtype }),
    emit: (emitter, [x], { shape }) =>
      emitter.broadcast(
        emitter.reshaped(x, [...new Array<number>(shape.length - x.shape.length).fill(1), ...x.shape]),
        shape,
      ),
  }),
  kernel<{ dims: number | number[] }>()({
    name: 'Reverse',
    inputs: ['x'],
    infer: ([x]) => x,
    emit: (emitter, [x], { dims }, { shape }) => {
      const axes = [dims].flat().map((axis) => (axis < 0 ? axis + shape.length : axis));
      return slice(
        emitter,
        x,
        shape.map((_, axis) => (axes.includes(axis) ? -1 : 0)),
        shape.map((length, axis) => (axes.includes(axis) ? -length - 1 : length)),
        shape.map((_, axis) => (axes.includes(axis) ? -1 : 1)),
        shape,
      );
    },
  }),
];
