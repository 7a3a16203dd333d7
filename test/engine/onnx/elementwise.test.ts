import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, test } from 'vitest';
import { expectSameOnBoth, isTensorflow, isWebgpu, openBothEngines, type Operand } from '../both-engines.ts';

beforeAll(openBothEngines);

/** Batches of 1 and 2 with odd sizes, and ranks below and above 4. */
const shapes = [[2, 5, 3, 7], [1, 3, 5, 4], [7], [2, 3, 1, 2, 2], []];

type Unary = (x: tf.Tensor) => tf.Tensor;

const smooth: Record<string, Unary> = {
  neg: tf.neg,
  exp: tf.exp,
  expm1: tf.expm1,
  square: tf.square,
  sigmoid: tf.sigmoid,
  softplus: tf.softplus,
  tanh: tf.tanh,
  sin: tf.sin,
  cos: tf.cos,
  sinh: tf.sinh,
  cosh: tf.cosh,
  atan: tf.atan,
  asinh: tf.asinh,
  erf: tf.erf,
  abs: tf.abs,
  relu: tf.relu,
  relu6: (x) => tf.relu6(tf.mul(x, 5)),
  elu: tf.elu,
  selu: tf.selu,
  leakyRelu: (x) => tf.leakyRelu(x, 0.3),
  clip: (x) => tf.clipByValue(x, -0.7, 1.2),
  step: (x) => tf.mul(tf.step(x), x),
  steepStep: (x) => tf.mul(tf.step(x, 0.25), x),
  sign: (x) => tf.mul(tf.sign(x), x),
  ceil: (x) => tf.mul(tf.ceil(x), x),
  floor: (x) => tf.mul(tf.floor(x), x),
  round: (x) => tf.mul(tf.round(x), x),
  zerosLike: (x) => tf.add(tf.zerosLike(x), x),
  onesLike: (x) => tf.mul(tf.onesLike(x), x),
  swish: (x) => tf.mul(x, tf.sigmoid(x)),
  gelu: (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
};

/** Defined on positive numbers only, or steep elsewhere. */
const positive: Record<string, Unary> = {
  sqrt: tf.sqrt,
  rsqrt: tf.rsqrt,
  log: tf.log,
  log1p: tf.log1p,
  reciprocal: tf.reciprocal,
  acosh: (x) => tf.acosh(tf.add(x, 1)),
  asin: (x) => tf.asin(tf.mul(x, 0.3)),
  acos: (x) => tf.acos(tf.mul(x, 0.3)),
  atanh: (x) => tf.atanh(tf.mul(x, 0.3)),
  tan: (x) => tf.tan(tf.mul(x, 0.5)),
};

/** GPUs compute angles to four digits. */
function precision(name: string): { tolerance?: number } {
  return isWebgpu && ['sin', 'cos', 'tan', 'acos'].includes(name) ? { tolerance: 5e-4 } : {};
}

describe('one operand', () => {
  test.each(Object.entries(smooth))('%s', async (name, op) => {
    for (const shape of shapes) await expectSameOnBoth([{ shape }], op, precision(name));
  });
  test.each(Object.entries(positive))('%s', async (name, op) => {
    for (const shape of shapes) await expectSameOnBoth([{ shape, from: 0.1, to: 2.5 }], op, precision(name));
  });
  test.skipIf(isWebgpu)('expm1 and log1p keep small numbers', async () => {
    const tiny: Operand = { shape: [6], values: [1e-7, -1e-7, 1e-5, -3e-4, 0, 1e-9] };
    await expectSameOnBoth([tiny], tf.expm1, { tolerance: 1e-6 });
    await expectSameOnBoth([tiny], tf.log1p, { tolerance: 1e-6 });
  });
  test('the ends of the number line', async () => {
    const ends: Operand = { shape: [6], values: [100, -100, 40, -40, 0, 88] };
    await expectSameOnBoth([ends], tf.softplus);
    await expectSameOnBoth([ends], tf.sigmoid);
    await expectSameOnBoth([{ shape: [3], values: [Infinity, 1e30, 0] }], tf.log1p, {
      gradient: false,
    });
    await expectSameOnBoth([{ shape: [3], values: [200, -200, -Infinity] }], tf.expm1, {
      gradient: false,
    });
  });
  test('NaN and infinity are told apart', async () => {
    const odd: Operand = { shape: [5], values: [NaN, Infinity, -Infinity, 0, -3] };
    for (const op of [tf.isNaN, tf.isInf, tf.isFinite])
      await expectSameOnBoth([odd], op, { gradient: false });
  });
});

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const binary: Record<string, Binary> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
  div: (a, b) => tf.div(a, tf.add(tf.abs(b), 0.5)),
  mod: (a, b) => tf.mod(a, tf.add(tf.abs(b), 0.5)),
  negativeMod: (a, b) => tf.mod(a, tf.sub(-0.5, tf.abs(b))),
  pow: (a, b) => tf.pow(tf.add(tf.abs(a), 0.2), b),
  atan2: tf.atan2,
  where: (a, b) => tf.where(tf.greater(a, b), tf.mul(a, 2), b),
  prelu: (a, b) => tf.prelu(a, tf.broadcastTo(b, a.shape)),
};

const pairs: [number[], number[]][] = [
  [
    [2, 5, 3, 7],
    [2, 5, 3, 7],
  ],
  [[2, 5, 3, 7], [7]],
  [
    [2, 5, 3, 7],
    [1, 1, 1, 7],
  ],
  [
    [2, 5, 3, 7],
    [2, 1, 1, 7],
  ],
  [
    [1, 5, 3, 7],
    [5, 1, 1],
  ],
  [[4, 3], []],
  [
    [2, 3, 2, 1, 2],
    [2, 1, 2],
  ],
];

describe('two operands', () => {
  test.each(Object.entries(binary))('%s', async (_, op) => {
    for (const [a, b] of pairs) await expectSameOnBoth([{ shape: a }, { shape: b }], op);
  });
  test('operands grow each other', async () => {
    await expectSameOnBoth([{ shape: [2, 1, 3, 1] }, { shape: [1, 4, 1, 5] }], tf.mul);
    await expectSameOnBoth([{ shape: [3] }, { shape: [2, 3] }], tf.sub);
  });
  test('behind a convolution, where the channels lie first', async () => {
    const convolved = (x: tf.Tensor, w: tf.Tensor): tf.Tensor4D =>
      tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same');
    const operands = [{ shape: [2, 4, 5, 3] }, { shape: [3, 3, 3, 6] }, { shape: [6] }, { shape: [5, 1] }];
    await expectSameOnBoth(operands, (x: tf.Tensor, w: tf.Tensor, bias: tf.Tensor, column: tf.Tensor) =>
      tf.add(tf.mul(tf.add(convolved(x, w), bias), column), tf.scalar(2)),
    );
  });
});

const comparisons: Record<string, Binary> = {
  equal: tf.equal,
  notEqual: tf.notEqual,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
};

describe('comparison and logic', () => {
  test.each(Object.entries(comparisons))('%s', async (_, op) => {
    const forward = { gradient: false };
    const whole: Operand = { shape: [2, 3, 3, 2], dtype: 'int32', from: -2, to: 3 };
    await expectSameOnBoth([{ shape: [2, 3, 5, 2] }, { shape: [5, 2] }], op, forward);
    await expectSameOnBoth([whole, { ...whole, shape: [2] }], op, forward);
  });
  test.skipIf(isTensorflow).each(Object.entries(comparisons))('%s of booleans', async (_, op) => {
    const flags: Operand = { shape: [7], dtype: 'bool' };
    await expectSameOnBoth([flags, flags], op, { gradient: false });
  });
  test('a mask made by a comparison lets gradients through the other factor', async () => {
    await expectSameOnBoth([{ shape: [2, 3, 5, 2] }], (x: tf.Tensor) =>
      tf.mul(x, tf.cast(tf.greater(x, 0.5), 'float32')),
    );
  });
  test('and, or, xor, not', async () => {
    const operands: Operand[] = [
      { shape: [2, 5], dtype: 'bool' },
      { shape: [5], dtype: 'bool' },
    ];
    for (const op of [tf.logicalAnd, tf.logicalOr, tf.logicalXor]) {
      await expectSameOnBoth(operands, op, { gradient: false });
    }
    await expectSameOnBoth([operands[0]!], tf.logicalNot, { gradient: false });
  });
  test('where takes any data type', async () => {
    const rows: Operand = { shape: [3, 1], dtype: 'bool', values: [1, 0, 1] };
    await expectSameOnBoth([rows, { shape: [3, 4] }, { shape: [3, 4] }], tf.where);
    const whole: Operand = { shape: [3, 4], dtype: 'int32', from: -5, to: 5 };
    await expectSameOnBoth([rows, whole, { ...whole }], tf.where, { gradient: false });
    const flags: Operand = { shape: [3, 2], dtype: 'bool' };
    await expectSameOnBoth([rows, flags, { ...flags }], tf.where, { gradient: false });
  });
});

describe('integers', () => {
  const a: Operand = { shape: [3, 5], dtype: 'int32', from: -9, to: 10 };
  const b: Operand = { shape: [5], dtype: 'int32', from: 1, to: 6 };
  const whole: Record<string, Binary> = {
    add: tf.add,
    sub: tf.sub,
    mul: tf.mul,
    maximum: tf.maximum,
    minimum: tf.minimum,
    floorDiv: tf.floorDiv,
    mod: tf.mod,
    squaredDifference: tf.squaredDifference,
    negativeDivisor: (x, y) => tf.mod(x, tf.neg(y)),
    floorNegative: (x, y) => tf.floorDiv(x, tf.neg(y)),
  };
  test.each(Object.entries(whole))('%s', async (_, op) => {
    await expectSameOnBoth([a, b], op, { gradient: false });
  });
  test('one operand', async () => {
    for (const op of [tf.abs, tf.neg, tf.sign, tf.square, tf.relu, tf.zerosLike, tf.onesLike]) {
      await expectSameOnBoth([a], op, { gradient: false });
    }
    await expectSameOnBoth([a], (x: tf.Tensor) => tf.clipByValue(x, -3, 4), { gradient: false });
  });
  test('casts between all types', async () => {
    const real: Operand = { shape: [6], values: [-1.7, -0.2, 0, 0.4, 1.6, 250.9] };
    for (const dtype of ['float32', 'int32', 'bool'] as const) {
      for (const operand of [real, a, { shape: [4], dtype: 'bool' } as Operand]) {
        await expectSameOnBoth([operand], (x: tf.Tensor) => tf.cast(x, dtype), { gradient: false });
      }
    }
  });
});

test('sums of many', async () => {
  const operand = { shape: [2, 3, 2, 2] };
  await expectSameOnBoth([operand, operand, operand], (...all: tf.Tensor[]) => tf.addN(all));
});

test('softmax and its logarithm', async () => {
  await expectSameOnBoth([{ shape: [2, 3, 5] }], (x: tf.Tensor) => tf.softmax(x));
  await expectSameOnBoth([{ shape: [4, 5] }], (x: tf.Tensor) => tf.logSoftmax(x));
});
