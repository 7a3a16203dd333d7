import * as tf from '@tensorflow/tfjs-core';
import { gradient, flat, reducedTo, type Gradient } from './gradient.ts';

type Derivative = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** A kernel of two operands, broadcast against each other. */
function binary(kernelName: string, da: Derivative, db: Derivative): Gradient {
  return gradient({
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => reducedTo(da(dy, a, b), a.shape),
      b: () => reducedTo(db(dy, a, b), b.shape),
    }),
  });
}

function where(condition: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  return tf.mul(dy, tf.cast(condition, 'float32'));
}

/** The logarithm; 0 for a base that is not positive, as in TensorFlow. */
function safeLog(a: tf.Tensor): tf.Tensor {
  const positive = tf.greater(a, 0);
  return tf.where(positive, tf.log(tf.where(positive, a, tf.onesLike(a))), tf.zerosLike(a));
}

/** Gradients of kernels with two operands. */
export const arithmeticGradients: readonly Gradient[] = [
  gradient({
    kernelName: 'Add',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => reducedTo(dy, a.shape),
      // A separate tensor: tfjs disposes a gradient after adding another to it.
      b: () => reducedTo(tf.util.arraysEqual(dy.shape, b.shape) ? tf.clone(dy) : dy, b.shape),
    }),
  }),
  gradient({
    kernelName: 'Sub',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => reducedTo(dy, a.shape),
      b: () => tf.neg(reducedTo(dy, b.shape)),
    }),
  }),
  binary(
    'Multiply',
    (dy, _, b) => tf.mul(dy, tf.cast(b, 'float32')),
    (dy, a) => tf.mul(dy, tf.cast(a, 'float32')),
  ),
  binary(
    'RealDiv',
    (dy, _, b) => tf.div(dy, tf.cast(b, 'float32')),
    (dy, a, b) => tf.neg(tf.div(tf.mul(dy, tf.cast(a, 'float32')), tf.square(tf.cast(b, 'float32')))),
  ),
  binary(
    'Mod',
    (dy) => dy,
    (dy, a, b) => tf.mul(dy, tf.neg(tf.floor(tf.div(a, b)))),
  ),
  binary(
    'Pow',
    (dy, a, b) => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.pow(a, b), safeLog(a))),
  ),
  // For equal operands the first gets the whole gradient, as in TensorFlow.
  binary(
    'Maximum',
    (dy, a, b) => where(tf.greaterEqual(a, b), dy),
    (dy, a, b) => where(tf.less(a, b), dy),
  ),
  binary(
    'Minimum',
    (dy, a, b) => where(tf.lessEqual(a, b), dy),
    (dy, a, b) => where(tf.greater(a, b), dy),
  ),
  binary(
    'SquaredDifference',
    (dy, a, b) => tf.mul(tf.mul(dy, 2), tf.sub(a, b)),
    (dy, a, b) => tf.mul(tf.mul(dy, 2), tf.sub(b, a)),
  ),
  binary(
    'Atan2',
    (dy, a, b) => tf.mul(dy, tf.div(b, tf.add(tf.square(a), tf.square(b)))),
    (dy, a, b) => tf.neg(tf.mul(dy, tf.div(a, tf.add(tf.square(a), tf.square(b))))),
  ),
  {
    kernelName: 'AddN',
    saveAllInputs: true,
    gradFunc: (dy, saved) => Object.fromEntries(saved.map((_, i) => [i, () => tf.clone(dy)])),
  },
  gradient({
    kernelName: 'Select',
    inputsToSave: ['condition'],
    gradFunc: (dy, [condition]) => ({
      condition: () => tf.zeros(condition.shape),
      t: () => tf.where(condition, dy, tf.zerosLike(dy)),
      e: () => tf.where(condition, tf.zerosLike(dy), dy),
    }),
  }),
  flat('FloorDiv', 'a', 'b'),
  flat('Equal', 'a', 'b'),
  flat('NotEqual', 'a', 'b'),
  flat('Greater', 'a', 'b'),
  flat('GreaterEqual', 'a', 'b'),
  flat('Less', 'a', 'b'),
  flat('LessEqual', 'a', 'b'),
  flat('LogicalAnd', 'a', 'b'),
  flat('LogicalOr', 'a', 'b'),
];
