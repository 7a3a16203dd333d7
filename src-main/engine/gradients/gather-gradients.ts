import * as tf from '@tensorflow/tfjs-core';
import { numberAt } from '../../contract/elements.ts';
import { gradient, type Gradient } from './gradient.ts';

/** Gradient of gathering along one axis: rows are added to their sources. */
function gathered(dy: tf.Tensor, x: tf.Tensor, indices: tf.Tensor, axis: number): tf.Tensor {
  const outer = x.shape.slice(0, axis);
  const inner = x.shape.slice(axis + 1);
  const count = indices.size;
  const flat = tf.reshape(dy, [tf.util.sizeFromShape(outer), count, tf.util.sizeFromShape(inner)]);
  const first = tf.reshape(tf.transpose(flat, [1, 0, 2]), [count, -1]);
  const ids = tf.reshape<tf.Rank.R1>(indices, [count]);
  const sums = tf.unsortedSegmentSum(first, ids, numberAt(x.shape, axis));
  const split = tf.reshape(sums, [
    numberAt(x.shape, axis),
    tf.util.sizeFromShape(outer),
    tf.util.sizeFromShape(inner),
  ]);
  return tf.reshape(tf.transpose(split, [1, 0, 2]), x.shape);
}

/** Gradients of gathering and scattering. */
export const gatherGradients: readonly Gradient[] = [
  gradient({
    kernelName: 'GatherV2',
    inputsToSave: ['x', 'indices'],
    gradFunc: (dy, [x, indices], attrs) => {
      const axis = numberAt(tf.util.parseAxisParam(attrs.axis as number, x.shape), 0);
      const batchDims = (attrs.batchDims as number | undefined) ?? 0;
      return {
        x: () => {
          if (batchDims === 0) return gathered(dy, x, indices, axis);
          const each = tf.util.sizeFromShape(x.shape.slice(0, batchDims));
          const parts = Array.from({ length: each }, (_, i) => {
            const at = (tensor: tf.Tensor): tf.Tensor => {
              const rest = tensor.shape.slice(batchDims);
              return tf.reshape(tf.slice(tf.reshape(tensor, [each, ...rest]), i, 1), rest);
            };
            return gathered(at(dy), at(x), at(indices), axis - batchDims);
          });
          return tf.reshape(tf.stack(parts), x.shape);
        },
        indices: () => tf.zeros(indices.shape),
      };
    },
  }),
  gradient({
    kernelName: 'GatherNd',
    inputsToSave: ['params', 'indices'],
    gradFunc: (dy, [params, indices]) => ({
      params: () => tf.scatterND(indices, dy, params.shape),
      indices: () => tf.zeros(indices.shape),
    }),
  }),
  gradient({
    kernelName: 'ScatterNd',
    inputsToSave: ['indices'],
    gradFunc: (dy, [indices]) => ({
      indices: () => tf.zeros(indices.shape),
      updates: () => tf.gatherND(dy, indices),
    }),
  }),
  gradient({
    kernelName: 'UnsortedSegmentSum',
    inputsToSave: ['segmentIds'],
    gradFunc: (dy, [ids]) => ({
      x: () => {
        // Rows with a negative id were dropped, so they get no gradient.
        const rows = tf.gather(dy, tf.maximum(ids, tf.zerosLike(ids)));
        const kept = tf.cast(tf.greaterEqual(ids, tf.scalar(0, 'int32')), 'float32');
        return tf.mul(rows, tf.reshape(kept, [...ids.shape, ...rows.shape.slice(ids.rank).map(() => 1)]));
      },
      segmentIds: () => tf.zeros(ids.shape),
    }),
  }),
];
