import { backend_util, slice_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Emitter, Value } from '../emitter.ts';
import type { Dtype } from '../graph-builder.ts';
import { axesOf, type Order } from '../layout.ts';
import { kernel, type Kernel, type TensorSpec } from './kernel.ts';

/** Places in memory of logical axes. */
function places(order: Order, rank: number, axes: readonly number[]): number[] {
  const physical = axesOf(order, rank);
  return axes.map((axis) => physical.indexOf(axis));
}

/** A Slice node on logical axes, in the order the operand already has. */
export function slice(
  emitter: Emitter,
  x: Value,
  starts: readonly number[],
  ends: readonly number[],
  steps: readonly number[],
  shape: readonly number[],
): Value {
  const axes = x.shape.flatMap((length, axis) =>
    starts[axis] === 0 && ends[axis] === length && steps[axis] === 1 ? [] : [axis],
  );
  if (axes.length === 0) return x;
  const order = emitter.plainOrder(x);
  const { graph } = emitter;
  const name = graph.node('Slice', [
    emitter.get(x, order),
    graph.int64(axes.map((axis) => starts[axis])),
    graph.int64(axes.map((axis) => ends[axis])),
    graph.int64(places(order, x.shape.length, axes)),
    graph.int64(axes.map((axis) => steps[axis])),
  ]);
  return emitter.value(shape, x.dtype, name, order);
}

function concat(
  emitter: Emitter,
  values: readonly Value[],
  axis: number,
  { shape, dtype }: TensorSpec,
): Value {
  const order = values.some((value) => emitter.plainOrder(value) === 'channels-first')
    ? 'channels-first'
    : 'natural';
  const name = emitter.graph.node(
    'Concat',
    values.map((value) => emitter.get(value, order)),
    { axis: places(order, shape.length, [axis])[0] },
  );
  return emitter.value(shape, dtype, name, order);
}

function transpose(emitter: Emitter, x: Value, perm: readonly number[]): Value {
  const shape = perm.map((axis) => x.shape[axis]);
  return emitter.value(shape, x.dtype, emitter.transpose(emitter.natural(x), x.shape, perm));
}

interface SliceAttributes {
  begin: number | number[];
  size: number | number[];
}

/** Starts and lengths, one an axis. */
function sliceParameters({ shape }: TensorSpec, { begin, size }: SliceAttributes): number[][] {
  // tfjs asks for a tensor here and reads its shape and rank.
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

function pieceSizes(shape: readonly number[], axis: number, numOrSizes: number | number[]): number[] {
  if (typeof numOrSizes === 'number') return new Array<number>(numOrSizes).fill(shape[axis] / numOrSizes);
  const known = numOrSizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  return numOrSizes.map((size) => (size === -1 ? shape[axis] - known : size));
}

function pieces(emitter: Emitter, x: Value, axis: number, sizes: readonly number[]): Value[] {
  if (sizes.length === 1) return [x];
  const order = emitter.plainOrder(x);
  const { graph } = emitter;
  return graph
    .nodes(
      'Split',
      [emitter.get(x, order), graph.int64(sizes)],
      { axis: places(order, x.shape.length, [axis])[0] },
      sizes.length,
    )
    .map((name, i) =>
      emitter.value(
        x.shape.map((length, a) => (a === axis ? sizes[i] : length)),
        x.dtype,
        name,
        order,
      ),
    );
}

/** Source indices of a mirrored axis; `skip` leaves out the border pixel itself (reflect, not symmetric). */
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
  return x.shape.map((length, axis) => paddings[axis][0] + length + paddings[axis][1]);
}

function range(start: number, stop: number, step: number): number[] {
  const length = Math.max(Math.ceil((stop - start) / step), 0);
  return Array.from({ length }, (_, i) => start + i * step);
}

interface BlockAttributes {
  blockShape: number[];
  crops: number[][];
}

/** Kernels that move, join and cut, and those that make tensors from nothing. */
export const shapeKernels: readonly Kernel[] = [
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
  kernel<SliceAttributes>({
    name: 'Slice',
    inputs: ['x'],
    infer: ([x], attributes) => ({ shape: sliceParameters(x, attributes)[1], dtype: x.dtype }),
    emit: (emitter, [x], attributes, { shape }) => {
      const [starts] = sliceParameters(x, attributes);
      const ends = starts.map((start, axis) => start + shape[axis]);
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
  kernel<StridedSliceAttributes>({
    name: 'StridedSlice',
    inputs: ['x'],
    infer: ([x], attributes) => ({ shape: stridedSliceInfo(x, attributes).finalShape, dtype: x.dtype }),
    emit: (emitter, [x], attributes, { shape }) => {
      const { begin, end, strides } = stridedSliceInfo(x, attributes);
      // "Before the first element" is −1 to tfjs; ONNX counts −1 from the end.
      const ends = end.map((one, axis) => (strides[axis] < 0 && one < 0 ? -x.shape[axis] - 1 : one));
      const lengths = begin.map((start, axis) => Math.max(Math.ceil((end[axis] - start) / strides[axis]), 0));
      return emitter.reshaped(slice(emitter, x, begin, ends, strides, lengths), shape);
    },
  }),
  kernel<PadAttributes>({
    name: 'PadV2',
    inputs: ['x'],
    infer: ([x], { paddings }) => ({ shape: paddedShape(x, paddings), dtype: x.dtype }),
    emit: (emitter, [x], { paddings, constantValue }, { shape, dtype }) => {
      const order = emitter.plainOrder(x);
      const axes = axesOf(order, shape.length);
      const pads = [...axes.map((axis) => paddings[axis][0]), ...axes.map((axis) => paddings[axis][1])];
      const { graph } = emitter;
      const name = graph.node('Pad', [
        emitter.get(x, order),
        graph.int64(pads),
        graph.scalar(constantValue, dtype),
      ]);
      return emitter.value(shape, dtype, name, order);
    },
  }),
  kernel<{ paddings: [number, number][]; mode: 'reflect' | 'symmetric' }>({
    name: 'MirrorPad',
    inputs: ['x'],
    infer: ([x], { paddings }) => ({ shape: paddedShape(x, paddings), dtype: x.dtype }),
    emit: (emitter, [x], { paddings, mode }, { shape, dtype }) => {
      let name = emitter.natural(x);
      paddings.forEach(([before, after], axis) => {
        if (before === 0 && after === 0) return;
        const indices = mirroredIndices(x.shape[axis], before, after, mode === 'reflect' ? 1 : 0);
        name = emitter.graph.node('Gather', [name, emitter.graph.int64(indices)], { axis });
      });
      return emitter.value(shape, dtype, name);
    },
  }),
  kernel<{ perm: number[] }>({
    name: 'Transpose',
    inputs: ['x'],
    infer: ([x], { perm }) => ({ shape: perm.map((axis) => x.shape[axis]), dtype: x.dtype }),
    emit: (emitter, [x], { perm }) => transpose(emitter, x, perm),
  }),
  kernel<{ reps: number[] }>({
    name: 'Tile',
    inputs: ['x'],
    infer: ([x], { reps }) => ({ shape: x.shape.map((length, axis) => length * reps[axis]), dtype: x.dtype }),
    emit: (emitter, [x], { reps }, { shape, dtype }) =>
      x.shape.every((length, axis) => length === 1 || reps[axis] === 1)
        ? emitter.broadcast(x, shape)
        : emitter.value(
            shape,
            dtype,
            emitter.graph.node('Tile', [emitter.natural(x), emitter.graph.int64(reps)]),
          ),
  }),
  kernel<{ shape: number[] }>({
    name: 'BroadcastTo',
    inputs: ['x'],
    infer: ([x], { shape }) => ({ shape, dtype: x.dtype }),
    emit: (emitter, [x], { shape }) =>
      emitter.broadcast(
        emitter.reshaped(x, [...new Array<number>(shape.length - x.shape.length).fill(1), ...x.shape]),
        shape,
      ),
  }),
  kernel<{ dims: number | number[] }>({
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
  kernel<{ blockShape: number[]; paddings: [number, number][] }>({
    name: 'SpaceToBatchND',
    inputs: ['x'],
    infer: ([x], { blockShape, paddings }) => {
      const padded = paddedBlocks(x.shape, blockShape, paddings);
      const block = blockShape.reduce((product, length) => product * length, 1);
      return {
        shape: padded.map((length, axis) => {
          if (axis === 0) return length * block;
          return axis <= blockShape.length ? length / blockShape[axis - 1] : length;
        }),
        dtype: x.dtype,
      };
    },
    emit: (emitter, [x], { blockShape, paddings }, { shape, dtype }) => {
      const padded = paddedBlocks(x.shape, blockShape, paddings);
      const full = x.shape.map((_, axis) => paddings[axis - 1] ?? [0, 0]);
      const pads = [...full.map(([before]) => before), ...full.map(([, after]) => after)];
      const { graph } = emitter;
      const name = graph.node('Pad', [emitter.natural(x), graph.int64(pads), graph.scalar(0, dtype)]);
      const split = backend_util.getReshaped(padded, blockShape, shape[0] / x.shape[0], false);
      const perm = backend_util.getPermuted(split.length, blockShape.length, false);
      const moved = emitter.transpose(emitter.reshape(name, split), split, perm);
      return emitter.value(shape, dtype, emitter.reshape(moved, shape));
    },
  }),
  kernel<BlockAttributes>({
    name: 'BatchToSpaceND',
    inputs: ['x'],
    infer: ([x], { blockShape, crops }) => {
      const block = blockShape.reduce((product, length) => product * length, 1);
      const permuted = backend_util.getReshapedPermuted([...x.shape], blockShape, block);
      const cut = backend_util.getSliceSize(permuted, crops, blockShape.length);
      return { shape: [...cut, ...permuted.slice(cut.length)], dtype: x.dtype };
    },
    emit: (emitter, [x], { blockShape, crops }, { shape, dtype }) => {
      const block = blockShape.reduce((product, length) => product * length, 1);
      const split = backend_util.getReshaped([...x.shape], blockShape, block);
      const perm = backend_util.getPermuted(split.length, blockShape.length);
      const joined = backend_util.getReshapedPermuted([...x.shape], blockShape, block);
      const begin = backend_util.getSliceBeginCoords(crops, blockShape.length);
      const moved = emitter.transpose(emitter.reshape(emitter.natural(x), split), split, perm);
      const whole = emitter.value(joined, dtype, emitter.reshape(moved, joined));
      const starts = shape.map((_, axis) => begin[axis] ?? 0);
      const ends = starts.map((start, axis) => start + shape[axis]);
      return slice(
        emitter,
        whole,
        starts,
        ends,
        shape.map(() => 1),
        shape,
      );
    },
  }),
  kernel<{ shape: number[]; value: number; dtype?: Dtype }>({
    name: 'Fill',
    inputs: [],
    infer: (_, { shape, dtype }) => ({ shape, dtype: dtype ?? 'float32' }),
    emit: (emitter, _, { value }, { shape, dtype }) => emitter.constant(shape, dtype, Number(value)),
  }),
  kernel<{ start: number; stop: number; step: number; dtype: Dtype }>({
    name: 'Range',
    inputs: [],
    infer: (_, { start, stop, step, dtype }) => ({ shape: [range(start, stop, step).length], dtype }),
    emit: (emitter, _, { start, stop, step }, { shape, dtype }) =>
      emitter.value(shape, dtype, emitter.graph.tensor(range(start, stop, step), shape, dtype)),
  }),
  kernel<{ start: number; stop: number; num: number }>({
    name: 'LinSpace',
    inputs: [],
    infer: (_, { num }) => ({ shape: [num], dtype: 'float32' }),
    emit: (emitter, _, { start, stop, num }, { shape, dtype }) => {
      const step = num > 1 ? (stop - start) / (num - 1) : 0;
      const values = Array.from({ length: num }, (_unused, i) => start + i * step);
      return emitter.value(shape, dtype, emitter.graph.tensor(values, shape, dtype));
    },
  }),
];

function paddedBlocks(
  shape: readonly number[],
  blockShape: readonly number[],
  paddings: readonly (readonly [number, number])[],
): number[] {
  return shape.map((length, axis) =>
    axis >= 1 && axis <= blockShape.length ? length + paddings[axis - 1][0] + paddings[axis - 1][1] : length,
  );
}
