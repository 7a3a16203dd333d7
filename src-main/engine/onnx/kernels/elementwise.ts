import { backend_util, type NamedAttrMap } from '@tensorflow/tfjs-core';
import { itemAt, type Tuple } from '../../../contract/elements.ts';
import type { Emitter } from '../emitter.ts';
import type { Attribute, TensorDtype } from '../graph-builder.ts';
import { sameShape } from '../layout.ts';
import { kernel, type Kernel, type TensorSpec } from '../kernel.ts';
import { constantOf, type Value } from '../value.ts';

/** The broadcast shape of two operands. */
function broadcastShape(a: TensorSpec, b: TensorSpec): number[] {
  return backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
}

type EmitBinary = (emitter: Emitter, a: Value, b: Value, output: TensorSpec) => Value;

function binary(name: string, emit: string | EmitBinary, dtype?: TensorDtype): Kernel {
  return kernel()({
    name,
    inputs: ['a', 'b'],
    infer: ([a, b]) => ({ shape: broadcastShape(a, b), dtype: dtype ?? a.dtype }),
    emit: (emitter, [a, b], _, output) =>
      typeof emit === 'string'
        ? emitter.elementwise(emit, [a, b], output.shape, output.dtype)
        : emit(emitter, a, b, output),
  });
}

type EmitUnary = (emitter: Emitter, x: Value, attributes: NamedAttrMap) => Value;

function unary(name: string, emit: string | EmitUnary, dtype?: TensorDtype): Kernel {
  return kernel<NamedAttrMap>()({
    name,
    inputs: ['x'],
    infer: ([x]) => ({ shape: x.shape, dtype: dtype ?? x.dtype }),
    emit: (emitter, [x], attributes) =>
      typeof emit === 'string' ? emitter.unary(emit, x, dtype ?? x.dtype) : emit(emitter, x, attributes),
  });
}

/** Casts booleans to int32 for comparisons: onnxruntime compares booleans only for equality. */
function comparable(emitter: Emitter, x: Value): Value {
  return x.dtype === 'bool' ? castTo(emitter, x, 'int32') : x;
}

function castTo(emitter: Emitter, x: Value, dtype: TensorDtype): Value {
  if (x.dtype === dtype) return x;
  if (x.kind === 'constant') {
    const constant = dtype === 'bool' ? Number(x.constant !== 0) : Math.trunc(x.constant);
    return emitter.constant(x.shape, dtype, dtype === 'float32' ? x.constant : constant);
  }
  return emitter.unary('Cast', x, dtype, { to: { float32: 1, int32: 6, bool: 9 }[dtype] });
}

function comparison(name: string, opType: string): Kernel {
  return binary(
    name,
    (emitter, a, b, { shape }) =>
      emitter.elementwise(opType, [comparable(emitter, a), comparable(emitter, b)], shape, 'bool'),
    'bool',
  );
}

/** Multiplies; detects factors of one, which are frequent in gradients. */
function multiply(emitter: Emitter, a: Value, b: Value, { shape, dtype }: TensorSpec): Value {
  for (const [factor, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (constantOf(factor) === 1 && other.shape.length === shape.length)
      return emitter.broadcast(other, shape);
  }
  return emitter.elementwise('Mul', [a, b], shape, dtype);
}

function add(emitter: Emitter, a: Value, b: Value, { shape, dtype }: TensorSpec): Value {
  if (constantOf(a) === 0 && sameShape(b.shape, shape)) return b;
  if (constantOf(b) === 0 && sameShape(a.shape, shape)) return a;
  return emitter.add(a, b, shape, dtype);
}

/** Quotient of integers rounded down, as TensorFlow's FloorDiv. */
function floorDivide(emitter: Emitter, a: Value, b: Value, { shape, dtype }: TensorSpec): Value {
  const quotient = emitter.elementwise(
    'Div',
    [castTo(emitter, a, 'float32'), castTo(emitter, b, 'float32')],
    shape,
    'float32',
  );
  return castTo(emitter, emitter.unary('Floor', quotient), dtype);
}

/** Remainder with the divisor's sign. */
function modulo(emitter: Emitter, a: Value, b: Value, { shape, dtype }: TensorSpec): Value {
  if (dtype === 'int32') return emitter.elementwise('Mod', [a, b], shape, dtype);
  const truncated = emitter.elementwise('Mod', [a, b], shape, dtype, { fmod: 1 });
  const shifted = emitter.elementwise(
    'Mod',
    [emitter.elementwise('Add', [truncated, b], shape, dtype), b],
    shape,
    dtype,
    {
      fmod: 1,
    },
  );
  const signsDiffer = emitter.elementwise(
    'Less',
    [emitter.elementwise('Mul', [truncated, b], shape, dtype), emitter.number(0)],
    shape,
    'bool',
  );
  return emitter.elementwise('Where', [signsDiffer, shifted, truncated], shape, dtype);
}

function divide(emitter: Emitter, a: Value, b: Value, { shape, dtype }: TensorSpec): Value {
  if (constantOf(b) === 1 && sameShape(a.shape, shape)) return a;
  return emitter.elementwise('Div', [a, b], shape, dtype);
}

function arctangent2(emitter: Emitter, a: Value, b: Value, { shape, dtype }: TensorSpec): Value {
  const compare = (op: string, x: Value): Value =>
    emitter.elementwise(op, [x, emitter.number(0)], shape, 'bool');
  const quotient = emitter.unary('Atan', emitter.elementwise('Div', [a, b], shape, dtype));
  const turn = emitter.elementwise(
    'Where',
    [compare('Less', a), emitter.number(-Math.PI), emitter.number(Math.PI)],
    shape,
    dtype,
  );
  const turned = emitter.elementwise(
    'Where',
    [compare('Less', b), emitter.elementwise('Add', [quotient, turn], shape, dtype), quotient],
    shape,
    dtype,
  );
  const zero = emitter.elementwise('And', [compare('Equal', a), compare('Equal', b)], shape, 'bool');
  return emitter.elementwise('Where', [zero, emitter.number(0), turned], shape, dtype);
}

/** exp(x) − 1 without cancellation near 0: tanh(x / 2) · (exp(x) + 1). */
function expm1(emitter: Emitter, x: Value): Value {
  const half = emitter.unary('Tanh', emitter.elementwise('Mul', [x, emitter.number(0.5)], x.shape, x.dtype));
  const sum = emitter.elementwise('Add', [emitter.unary('Exp', x), emitter.number(1)], x.shape, x.dtype);
  return emitter.elementwise('Mul', [half, sum], x.shape, x.dtype);
}

/**
 * log(1 + x) without cancellation near 0: with u = fl(1 + x), log(u) · x / (u − 1), and x itself if u = 1 (W.
 * Kahan; Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 2002, p. 30).
 */
function log1p(emitter: Emitter, x: Value): Value {
  const { shape, dtype } = x;
  const one = emitter.number(1);
  const u = emitter.elementwise('Add', [x, one], shape, dtype);
  const ratio = emitter.elementwise(
    'Div',
    [
      emitter.elementwise('Mul', [emitter.unary('Log', u), x], shape, dtype),
      emitter.elementwise('Sub', [u, one], shape, dtype),
    ],
    shape,
    dtype,
  );
  const isOne = emitter.elementwise('Equal', [u, one], shape, 'bool');
  const isInfinite = emitter.unary('IsInf', u, 'bool', { detect_negative: 0 });
  const finite = emitter.elementwise('Where', [isOne, x, ratio], shape, dtype);
  return emitter.elementwise('Where', [isInfinite, u, finite], shape, dtype);
}

/** Selects between two tensors. Booleans use logic operators, because onnxruntime cannot select them. */
function select(emitter: Emitter, operands: Tuple<Value, 3>, { shape, dtype }: TensorSpec): Value {
  if (dtype !== 'bool') return emitter.elementwise('Where', operands, shape, dtype);
  const [condition, t, e] = operands;
  const both = (a: Value, b: Value): Value => emitter.elementwise('And', [a, b], shape, dtype);
  return emitter.elementwise(
    'Or',
    [both(condition, t), both(emitter.unary('Not', condition), e)],
    shape,
    dtype,
  );
}

/** Steep enough that every positive number except denormals becomes 1. */
const STEEP = 3e38;

function step(emitter: Emitter, x: Value, attributes: NamedAttrMap): Value {
  const alpha = Number(attributes.alpha ?? 0);
  // max(0, min(1, STEEP · x)) passes over memory once; comparing and casting would need two passes.
  if (alpha === 0 && x.dtype === 'float32') {
    return emitter.unary('HardSigmoid', x, 'float32', { alpha: { float: STEEP }, beta: { float: 0 } });
  }
  const positive = emitter.elementwise('Greater', [x, emitter.number(0, x.dtype)], x.shape, 'bool');
  return emitter.elementwise(
    'Where',
    [positive, emitter.number(1), emitter.number(alpha)],
    x.shape,
    'float32',
  );
}

function unaryWith(
  name: string,
  opType: string,
  attributesOf: (attributes: NamedAttrMap) => Readonly<Record<string, Attribute>>,
): Kernel {
  return unary(name, (emitter, x, attributes) => emitter.unary(opType, x, x.dtype, attributesOf(attributes)));
}

/** Derivative of the exponential unit from its output: 1 if y ≥ 0, y + 1 otherwise. */
function eluGrad(emitter: Emitter, dy: Value, y: Value): Value {
  const slope = emitter.elementwise('Add', [y, emitter.number(1)], y.shape, y.dtype);
  const positive = emitter.elementwise('GreaterOrEqual', [y, emitter.number(0)], y.shape, 'bool');
  const scaled = emitter.elementwise('Mul', [dy, slope], y.shape, y.dtype);
  return emitter.elementwise('Where', [positive, dy, scaled], y.shape, y.dtype);
}

/** Elementwise kernels: arithmetic, comparison, logic, activation functions. */
export const elementwiseKernels: readonly Kernel[] = [
  binary('Add', add),
  binary('Sub', 'Sub'),
  binary('Multiply', multiply),
  binary('RealDiv', divide),
  binary('FloorDiv', floorDivide, 'int32'),
  binary('Mod', modulo),
  binary('Maximum', 'Max'),
  binary('Minimum', 'Min'),
  binary('Pow', 'Pow'),
  binary('Atan2', arctangent2),
  binary('SquaredDifference', (emitter, a, b, { shape, dtype }) => {
    const difference = emitter.elementwise('Sub', [a, b], shape, dtype);
    return emitter.elementwise('Mul', [difference, difference], shape, dtype);
  }),
  comparison('Equal', 'Equal'),
  binary(
    'NotEqual',
    (emitter, a, b, { shape }) =>
      emitter.unary(
        'Not',
        emitter.elementwise('Equal', [comparable(emitter, a), comparable(emitter, b)], shape, 'bool'),
      ),
    'bool',
  ),
  comparison('Greater', 'Greater'),
  comparison('GreaterEqual', 'GreaterOrEqual'),
  comparison('Less', 'Less'),
  comparison('LessEqual', 'LessOrEqual'),
  binary('LogicalAnd', 'And', 'bool'),
  binary('LogicalOr', 'Or', 'bool'),
  unary('LogicalNot', 'Not', 'bool'),
  kernel()({
    name: 'Select',
    inputs: ['condition', 't', 'e'],
    infer: ([, t]) => t,
    emit: (emitter, operands, _, output) => select(emitter, operands, output),
  }),
  kernel()({
    name: 'AddN',
    inputs: 'list',
    infer: (specs) => itemAt(specs, 0),
    emit: (emitter, values, _, output) => values.reduce((sum, value) => add(emitter, sum, value, output)),
  }),
  kernel<{ dtype: TensorDtype }>()({
    name: 'Cast',
    inputs: ['x'],
    infer: ([x], { dtype }) => ({ shape: x.shape, dtype }),
    emit: (emitter, [x], { dtype }) => castTo(emitter, x, dtype),
  }),
  unary('Abs', 'Abs'),
  unary('Neg', 'Neg'),
  unary('Sign', 'Sign'),
  unary('Ceil', 'Ceil'),
  unary('Floor', 'Floor'),
  unary('Round', 'Round'),
  unary('Sqrt', 'Sqrt'),
  unary('Rsqrt', (emitter, x) => emitter.unary('Reciprocal', emitter.unary('Sqrt', x))),
  unary('Square', (emitter, x) => emitter.elementwise('Mul', [x, x], x.shape, x.dtype)),
  unary('Reciprocal', 'Reciprocal'),
  unary('Exp', 'Exp'),
  unary('Expm1', expm1),
  unary('Log', 'Log'),
  unary('Log1p', log1p),
  unary('Sin', 'Sin'),
  unary('Cos', 'Cos'),
  unary('Tan', 'Tan'),
  unary('Asin', 'Asin'),
  unary('Acos', 'Acos'),
  unary('Atan', 'Atan'),
  unary('Sinh', 'Sinh'),
  unary('Cosh', 'Cosh'),
  unary('Tanh', 'Tanh'),
  unary('Asinh', 'Asinh'),
  unary('Acosh', 'Acosh'),
  unary('Atanh', 'Atanh'),
  unary('Erf', 'Erf'),
  unary('Sigmoid', 'Sigmoid'),
  unary('Softplus', 'Softplus'),
  unary('Relu', (emitter, x) => emitter.relu(x)),
  unary('Relu6', (emitter, x) =>
    emitter.elementwise('Min', [emitter.unary('Relu', x), emitter.number(6, x.dtype)], x.shape, x.dtype),
  ),
  unary('Elu', 'Elu'),
  unary('Selu', 'Selu'),
  unaryWith('LeakyRelu', 'LeakyRelu', ({ alpha }) => ({ alpha: { float: Number(alpha) } })),
  unary('Step', step, 'float32'),
  unary('IsNan', 'IsNaN', 'bool'),
  unary('IsInf', 'IsInf', 'bool'),
  unary(
    'IsFinite',
    (emitter, x) =>
      emitter.unary(
        'Not',
        emitter.elementwise(
          'Or',
          [emitter.unary('IsNaN', x, 'bool'), emitter.unary('IsInf', x, 'bool')],
          x.shape,
          'bool',
        ),
        'bool',
      ),
    'bool',
  ),
  unary('ZerosLike', (emitter, x) => emitter.constant(x.shape, x.dtype, 0)),
  unary('OnesLike', (emitter, x) => emitter.constant(x.shape, x.dtype, 1)),
  unary('ClipByValue', (emitter, x, { clipValueMin, clipValueMax }) => {
    const above = emitter.elementwise(
      'Max',
      [x, emitter.number(Number(clipValueMin), x.dtype)],
      x.shape,
      x.dtype,
    );
    return emitter.elementwise(
      'Min',
      [above, emitter.number(Number(clipValueMax), x.dtype)],
      x.shape,
      x.dtype,
    );
  }),
  kernel()({
    name: 'Prelu',
    inputs: ['x', 'alpha'],
    infer: ([x]) => x,
    emit: (emitter, [x, alpha], _, { shape, dtype }) => {
      const negative = emitter.elementwise('Less', [x, emitter.number(0)], shape, 'bool');
      const scaled = emitter.elementwise('Mul', [x, alpha], shape, dtype);
      return emitter.elementwise('Where', [negative, scaled, x], shape, dtype);
    },
  }),
  kernel()({
    name: 'EluGrad',
    inputs: ['dy', 'y'],
    infer: ([, y]) => y,
    emit: (emitter, [dy, y]) => eluGrad(emitter, dy, y),
  }),
  kernel<{ dim: number }>()({
    name: 'Softmax',
    inputs: ['logits'],
    infer: ([logits]) => logits,
    emit: (emitter, [logits], { dim }, { shape, dtype }) =>
      emitter.value(shape, dtype, emitter.graph.node('Softmax', [emitter.natural(logits)], { axis: dim })),
  }),
  kernel<{ axis: number }>()({
    name: 'LogSoftmax',
    inputs: ['logits'],
    infer: ([logits]) => logits,
    emit: (emitter, [logits], { axis }, { shape, dtype }) =>
      emitter.value(shape, dtype, emitter.graph.node('LogSoftmax', [emitter.natural(logits)], { axis })),
  }),
];
