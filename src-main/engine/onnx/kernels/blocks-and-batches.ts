import { backend_util } from '@tensorflow/tfjs-core';
import { itemAt, numberAt } from '../../../contract/elements.ts';
import { kernel, type Kernel } from '../kernel.ts';
import { slice } from './slice.ts';

interface BlockAttributes {
  blockShape: number[];
  crops: number[][];
}

function paddedBlocks(
  shape: readonly number[],
  blockShape: readonly number[],
  paddings: readonly (readonly [number, number])[],
): number[] {
  return shape.map((length, axis) =>
    axis >= 1 && axis <= blockShape.length
      ? length + itemAt(paddings, axis - 1)[0] + itemAt(paddings, axis - 1)[1]
      : length,
  );
}

/** Kernels that move blocks of space into the batch, and back. */
export const blockKernels: readonly Kernel[] = [
  kernel<{ blockShape: number[]; paddings: [number, number][] }>()({
    name: 'SpaceToBatchND',
    inputs: ['x'],
    infer: ([x], { blockShape, paddings }) => {
      const padded = paddedBlocks(x.shape, blockShape, paddings);
      const block = blockShape.reduce((product, length) => product * length, 1);
      return {
        shape: padded.map((length, axis) => {
          if (axis === 0) return length * block;
          return axis <= blockShape.length ? length / numberAt(blockShape, axis - 1) : length;
        }),
        dtype: x.dtype,
      };
    },
    emit: (emitter, [x], { blockShape, paddings }, { shape, dtype }) => {
      const padded = paddedBlocks(x.shape, blockShape, paddings);
      const full = x.shape.map((_, axis): [number, number] => paddings[axis - 1] ?? [0, 0]);
      const pads = [...full.map(([before]) => before), ...full.map(([, after]) => after)];
      const { graph } = emitter;
      const name = graph.node('Pad', [emitter.natural(x), graph.int64(pads), graph.scalar(0, dtype)]);
      const split = backend_util.getReshaped(
        padded,
        blockShape,
        numberAt(shape, 0) / numberAt(x.shape, 0),
        false,
      );
      const perm = backend_util.getPermuted(split.length, blockShape.length, false);
      const moved = emitter.transpose(emitter.reshape(name, split), split, perm);
      return emitter.value(shape, dtype, emitter.reshape(moved, shape));
    },
  }),
  kernel<BlockAttributes>()({
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
      const ends = starts.map((start, axis) => start + numberAt(shape, axis));
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
];
