import type { Emitter } from '../emitter.ts';
import { sizeOf } from '../layout.ts';
import type { Value } from '../value.ts';

/** Operations of tfjs's fused kernels after the sum. */
export interface Activation {
  activation?: 'linear' | 'relu' | 'relu6' | 'elu' | 'prelu' | 'leakyrelu' | 'sigmoid' | null;
  leakyreluAlpha?: number;
}

/**
 * Adds the bias and applies the activation function of a fused kernel.
 * @param rest the optional inputs given: bias, then the weights of a prelu.
 */
export function activated(emitter: Emitter, sum: Value, rest: readonly Value[], options: Activation): Value {
  const { shape, dtype } = sum;
  const activation = options.activation ?? 'linear';
  const operands = [...rest];
  const weights = activation === 'prelu' ? operands.pop() : undefined;
  const [bias] = operands;
  const x = bias === undefined ? sum : emitter.add(sum, bias, shape, dtype);
  switch (activation) {
    case 'linear':
      return x;
    case 'relu':
      return emitter.relu(x);
    case 'relu6':
      return emitter.elementwise('Min', [emitter.unary('Relu', x), emitter.number(6)], shape, dtype);
    case 'elu':
      return emitter.unary('Elu', x);
    case 'sigmoid':
      return emitter.unary('Sigmoid', x);
    case 'leakyrelu':
      return emitter.unary('LeakyRelu', x, dtype, { alpha: { float: options.leakyreluAlpha ?? 0.2 } });
    case 'prelu': {
      const negative = emitter.elementwise('Less', [x, emitter.number(0)], shape, 'bool');
      const aligned = sizeOf(weights!.shape) === 1 ? emitter.reshaped(weights!, []) : weights!;
      return emitter.elementwise(
        'Where',
        [negative, emitter.elementwise('Mul', [x, aligned], shape, dtype), x],
        shape,
        dtype,
      );
    }
  }
}
