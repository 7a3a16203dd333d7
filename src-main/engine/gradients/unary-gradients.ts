import * as tf from '@tensorflow/tfjs-core';
import { gradient, flat, reducedTo, runKernel, type Gradient } from './gradient.ts';

/** A kernel whose derivative depends on its input. */
function ofInput(
  kernelName: string,
  dx: (dy: tf.Tensor, x: tf.Tensor, attrs: tf.NamedAttrMap) => tf.Tensor,
): Gradient {
  return gradient({
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({ x: () => dx(dy, x, attrs) }),
  });
}

/** A kernel whose derivative depends on its output, so that the input need not be kept. */
function ofOutput(kernelName: string, dx: (dy: tf.Tensor, y: tf.Tensor) => tf.Tensor): Gradient {
  return gradient({
    kernelName,
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => dx(dy, y) }),
  });
}

/** A kernel whose derivative depends only on the gradient. */
function linear(kernelName: string, dx: (dy: tf.Tensor) => tf.Tensor): Gradient {
  return { kernelName, gradFunc: (dy) => ({ x: () => dx(dy) }) };
}

/** 1 − x². */
function oneMinusSquare(x: tf.Tensor): tf.Tensor {
  return tf.sub(1, tf.square(x));
}

function masked(dy: tf.Tensor, condition: tf.Tensor): tf.Tensor {
  return tf.mul(dy, tf.cast(condition, 'float32'));
}

// Klambauer et al., Self-Normalizing Neural Networks, 2017.
const SELU_SCALE_ALPHA = tf.backend_util.SELU_SCALEALPHA;
const SELU_SCALE = tf.backend_util.SELU_SCALE;

/** Gradients of kernels with one operand. */
export const unaryGradients: readonly Gradient[] = [
  linear('Identity', (dy) => tf.cast(dy, 'float32')),
  linear('Cast', (dy) => tf.cast(dy, 'float32')),
  linear('Neg', (dy) => tf.neg(dy)),
  ofInput('Abs', (dy, x) => tf.mul(dy, tf.sign(tf.cast(x, 'float32')))),
  // The gradient is often one number per channel, so doubling it is cheap.
  ofInput('Square', (dy, x) => tf.mul(tf.mul(dy, 2), tf.cast(x, 'float32'))),
  ofOutput('Sqrt', (dy, y) => tf.div(dy, tf.mul(y, 2))),
  ofOutput('Rsqrt', (dy, y) => tf.mul(dy, tf.mul(tf.mul(y, tf.square(y)), -0.5))),
  ofOutput('Reciprocal', (dy, y) => tf.neg(tf.mul(dy, tf.square(y)))),
  ofOutput('Exp', (dy, y) => tf.mul(dy, y)),
  ofInput('Expm1', (dy, x) => tf.mul(dy, tf.exp(x))),
  ofInput('Log', (dy, x) => tf.div(dy, x)),
  ofInput('Log1p', (dy, x) => tf.div(dy, tf.add(x, 1))),
  ofInput('Sin', (dy, x) => tf.mul(dy, tf.cos(x))),
  ofInput('Cos', (dy, x) => tf.neg(tf.mul(dy, tf.sin(x)))),
  ofInput('Tan', (dy, x) => tf.div(dy, tf.square(tf.cos(x)))),
  ofInput('Asin', (dy, x) => tf.div(dy, tf.sqrt(oneMinusSquare(x)))),
  ofInput('Acos', (dy, x) => tf.neg(tf.div(dy, tf.sqrt(oneMinusSquare(x))))),
  ofInput('Atan', (dy, x) => tf.div(dy, tf.add(tf.square(x), 1))),
  ofInput('Sinh', (dy, x) => tf.mul(dy, tf.cosh(x))),
  ofInput('Cosh', (dy, x) => tf.mul(dy, tf.sinh(x))),
  ofOutput('Tanh', (dy, y) => tf.mul(dy, oneMinusSquare(y))),
  ofInput('Asinh', (dy, x) => tf.div(dy, tf.sqrt(tf.add(tf.square(x), 1)))),
  ofInput('Acosh', (dy, x) => tf.div(dy, tf.sqrt(tf.sub(tf.square(x), 1)))),
  ofInput('Atanh', (dy, x) => tf.div(dy, oneMinusSquare(x))),
  ofInput('Erf', (dy, x) => tf.mul(dy, tf.mul(tf.exp(tf.neg(tf.square(x))), 2 / Math.sqrt(Math.PI)))),
  ofOutput('Sigmoid', (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
  ofInput('Softplus', (dy, x) => tf.mul(dy, tf.sigmoid(x))),
  // Uses the output, so that the input of a ReLU need not be kept.
  ofOutput('Relu', (dy, y) => tf.mul(dy, tf.step(y))),
  ofInput('Relu6', (dy, x) => tf.mul(dy, tf.mul(tf.cast(tf.lessEqual(x, 6), 'float32'), tf.step(x)))),
  ofOutput('Elu', (dy, y) => runKernel('EluGrad', { dy, y }, {})),
  ofInput('Selu', (dy, x) =>
    tf.where(tf.greater(x, 0), tf.mul(dy, SELU_SCALE), tf.mul(dy, tf.mul(tf.exp(x), SELU_SCALE_ALPHA))),
  ),
  ofInput('LeakyRelu', (dy, x, { alpha }) => tf.where(tf.greater(x, 0), dy, tf.mul(dy, alpha as number))),
  gradient({
    kernelName: 'Prelu',
    inputsToSave: ['x', 'alpha'],
    gradFunc: (dy, [x, alpha]) => ({
      x: () => tf.where(tf.greater(x, 0), dy, tf.mul(dy, alpha)),
      alpha: () => reducedTo(tf.where(tf.greater(x, 0), tf.zerosLike(dy), tf.mul(dy, x)), alpha.shape),
    }),
  }),
  ofInput('ClipByValue', (dy, x, { clipValueMin, clipValueMax }) =>
    masked(
      dy,
      tf.logicalAnd(tf.greaterEqual(x, clipValueMin as number), tf.lessEqual(x, clipValueMax as number)),
    ),
  ),
  flat('Sign', 'x'),
  flat('Ceil', 'x'),
  flat('Floor', 'x'),
  flat('Round', 'x'),
  flat('Step', 'x'),
  flat('ZerosLike', 'x'),
  flat('OnesLike', 'x'),
  flat('IsNan', 'x'),
  flat('IsFinite', 'x'),
  flat('LogicalNot', 'x'),
];
