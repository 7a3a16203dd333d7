import * as tf from '@tensorflow/tfjs-core';
import { itemAt, numberAt } from '../../contract/elements.ts';
import { gradient, flat, type Gradient } from './gradient.ts';

/** The reduced axes; the kernel Max calls them `reductionIndices`. */
function axesOf({ axis, reductionIndices }: tf.NamedAttrMap, x: tf.Tensor): number[] {
  return tf.util.parseAxisParam((axis ?? reductionIndices) as number | number[], x.shape);
}

/** The shape of a reduction's result with the reduced axes kept at length 1. */
function keptShape(x: tf.Tensor, axes: readonly number[]): number[] {
  return x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
}

/** The gradient of a sum, broadcast to every element without materialising it. */
function spread(dy: tf.Tensor, x: tf.Tensor, attrs: tf.NamedAttrMap): tf.Tensor {
  return tf.broadcastTo(tf.reshape(dy, keptShape(x, axesOf(attrs, x))), x.shape);
}

/** The gradient of a maximum or minimum, given to all elements equal to it. */
function extreme(kernelName: string): Gradient {
  return gradient({
    kernelName,
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attrs) => ({
      x: () => {
        const kept = keptShape(x, axesOf(attrs, x));
        return tf.mul(tf.reshape(dy, kept), tf.cast(tf.equal(x, tf.reshape(y, kept)), 'float32'));
      },
    }),
  });
}

/** Product of all other elements along the axis: exclusive products from both ends, exact even for zeros. */
function productGradient(dy: tf.Tensor, x: tf.Tensor, attrs: tf.NamedAttrMap): tf.Tensor {
  const axes = axesOf(attrs, x);
  const others = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const perm = [...others, ...axes];
  const length = axes.reduce((product, axis) => product * numberAt(x.shape, axis), 1);
  const rows = tf.reshape(tf.transpose(x, perm), [-1, length]); // [rows, length]
  const columns = tf.unstack(rows, 1);
  const one = tf.onesLike(itemAt(columns, 0));
  const before: tf.Tensor[] = [one];
  for (let i = 1; i < length; i++) before.push(tf.mul(itemAt(before, i - 1), itemAt(columns, i - 1)));
  const after: tf.Tensor[] = new Array<tf.Tensor>(length).fill(one);
  for (let i = length - 2; i >= 0; i--) after[i] = tf.mul(itemAt(after, i + 1), itemAt(columns, i + 1));
  const product = tf.stack(
    before.map((value, i) => tf.mul(value, itemAt(after, i))),
    1,
  );
  const back = perm.map((_, axis) => perm.indexOf(axis));
  const derivative = tf.transpose(
    tf.reshape(
      product,
      perm.map((axis) => numberAt(x.shape, axis)),
    ),
    back,
  );
  return tf.mul(tf.reshape(dy, keptShape(x, axes)), derivative);
}

/** Gradients of reductions. */
export const reductionGradients: readonly Gradient[] = [
  gradient({
    kernelName: 'Sum',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({ x: () => spread(dy, x, attrs) }),
  }),
  gradient({
    kernelName: 'Mean',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () => spread(tf.div(dy, x.size / dy.size), x, attrs),
    }),
  }),
  extreme('Max'),
  extreme('Min'),
  gradient({
    kernelName: 'Prod',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({ x: () => productGradient(dy, x, attrs) }),
  }),
  {
    kernelName: 'Cumsum',
    gradFunc: (dy, _, { axis, exclusive, reverse }) => ({
      x: () => tf.cumsum(dy, axis as number, exclusive as boolean, reverse !== true),
    }),
  },
  gradient({
    kernelName: 'Softmax',
    outputsToSave: [true],
    gradFunc: (dy, [y], { dim }) => ({
      logits: () => {
        const weighted = tf.mul(dy, y);
        return tf.sub(weighted, tf.mul(tf.sum(weighted, [dim as number], true), y));
      },
    }),
  }),
  gradient({
    kernelName: 'LogSoftmax',
    outputsToSave: [true],
    gradFunc: (dy, [y], { axis }) => ({
      logits: () => tf.sub(dy, tf.mul(tf.sum(dy, axis as number, true), tf.exp(y))),
    }),
  }),
  flat('ArgMax', 'x'),
  flat('ArgMin', 'x'),
  flat('Any', 'x'),
  flat('All', 'x'),
];
