import * as tf from '@tensorflow/tfjs-core';
import { itemAt, numberAt } from '../../contract/elements.ts';
import { gradient, flat, type Gradient } from './gradient.ts';

function reshaped(kernelName: string, input: string): Gradient {
  return gradient({
    kernelName,
    inputsToSave: [input],
    gradFunc: (dy, [x]) => ({ [input]: () => tf.reshape(dy, x.shape) }),
  });
}

/** Rows before, inside and after a mirrored axis. The gradient of mirrored rows is added to their sources. */
function foldMirrored(dy: tf.Tensor, axis: number, before: number, after: number, skip: 0 | 1): tf.Tensor {
  const length = numberAt(dy.shape, axis) - before - after;
  const piece = (start: number, size: number): tf.Tensor => {
    const begin = dy.shape.map(() => 0);
    begin[axis] = start;
    return tf.slice(dy, begin, dy.shape.with(axis, size));
  };
  const placed = (mirrored: tf.Tensor, at: number): tf.Tensor => {
    const paddings = dy.shape.map((): [number, number] => [0, 0]);
    paddings[axis] = [at, length - at - numberAt(mirrored.shape, axis)];
    return tf.pad(tf.reverse(mirrored, axis), paddings);
  };
  let dx = piece(before, length);
  if (before > 0) dx = tf.add(dx, placed(piece(0, before), skip));
  if (after > 0) dx = tf.add(dx, placed(piece(before + length, after), length - after - skip));
  return dx;
}

/** Gradients of kernels that move, join and slice. */
export const shapeGradients: readonly Gradient[] = [
  reshaped('Reshape', 'x'),
  reshaped('ExpandDims', 'input'),
  {
    kernelName: 'Transpose',
    gradFunc: (dy, _, { perm }) => ({
      x: () => tf.transpose(dy, tf.backend_util.getUndoAxesPermutation(perm as number[])),
    }),
  },
  {
    kernelName: 'Concat',
    saveAllInputs: true,
    gradFunc: (dy, saved, { axis }) => {
      const place = numberAt(tf.util.parseAxisParam(axis as number, dy.shape), 0);
      let start = 0;
      return Object.fromEntries(
        saved.map((x, i) => {
          const begin = dy.shape.map(() => 0);
          begin[place] = start;
          start += numberAt(x.shape, place);
          return [i, () => tf.slice(dy, begin, x.shape)];
        }),
      );
    },
  },
  gradient({
    kernelName: 'Slice',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], { begin, size }) => ({
      x: () => {
        const start = itemAt(tf.slice_util.parseSliceParams(x, begin as number[], size as number[]), 0);
        return tf.pad(
          dy,
          dy.shape.map((length, axis) => [
            numberAt(start, axis),
            numberAt(x.shape, axis) - numberAt(start, axis) - length,
          ]),
        );
      },
    }),
  }),
  gradient({
    kernelName: 'PadV2',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], { paddings }) => ({
      x: () =>
        tf.slice(
          dy,
          (paddings as [number, number][]).map(([before]) => before),
          x.shape,
        ),
    }),
  }),
  {
    kernelName: 'MirrorPad',
    gradFunc: (dy, _, { paddings, mode }) => ({
      x: () =>
        (paddings as [number, number][]).reduce(
          (dx, [before, after], axis) => foldMirrored(dx, axis, before, after, mode === 'reflect' ? 1 : 0),
          dy,
        ),
    }),
  },
  gradient({
    kernelName: 'Tile',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () => {
        const reps = attrs.reps as number[];
        const tiled = reps.flatMap((count, axis) => (count > 1 ? [axis] : []));
        if (tiled.every((axis) => x.shape[axis] === 1)) {
          return tiled.length === 0 ? tf.clone(dy) : tf.sum(dy, tiled, true);
        }
        const split = x.shape.flatMap((length, axis) => [numberAt(reps, axis), length]);
        return tf.sum(
          tf.reshape(dy, split),
          reps.map((_, axis) => 2 * axis),
        );
      },
    }),
  }),
  {
    kernelName: 'Reverse',
    gradFunc: (dy, _, { dims }) => ({ x: () => tf.reverse(dy, dims as number[]) }),
  },
  {
    kernelName: 'Pack',
    saveAllInputs: true,
    gradFunc: (dy, _, { axis }) => {
      const pieces = tf.unstack(dy, axis as number);
      return Object.fromEntries(pieces.map((piece, i) => [i, () => piece]));
    },
  },
  {
    kernelName: 'Unpack',
    gradFunc: (dy, _, { axis }) => ({
      value: () => tf.stack([dy].flat(), axis as number),
    }),
  },
  {
    kernelName: 'SplitV',
    gradFunc: (dy, _, { axis }) => ({
      x: () => tf.concat([dy].flat(), axis as number),
    }),
  },
  {
    kernelName: 'SpaceToBatchND',
    gradFunc: (dy, _, { blockShape, paddings }) => ({
      x: () => tf.batchToSpaceND(dy, blockShape as number[], paddings as number[][]),
    }),
  },
  {
    kernelName: 'BatchToSpaceND',
    gradFunc: (dy, _, { blockShape, crops }) => ({
      x: () => tf.spaceToBatchND(dy, blockShape as number[], crops as number[][]),
    }),
  },
  flat('OneHot', 'indices'),
];
