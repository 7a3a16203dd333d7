import { backend_util } from '@tensorflow/tfjs-core';
import { itemAt, numberAt } from '../../../contract/elements.ts';
import type { Emitter } from '../emitter.ts';
import { activated, type Activation } from './activation.ts';
import { kernel, type Kernel, type TensorSpec } from '../kernel.ts';
import type { Value } from '../value.ts';

interface MatMulAttributes {
  transposeA: boolean;
  transposeB: boolean;
}

function productShape(a: TensorSpec, b: TensorSpec, { transposeA, transposeB }: MatMulAttributes): number[] {
  const batch = backend_util.assertAndGetBroadcastShape([...a.shape.slice(0, -2)], [...b.shape.slice(0, -2)]);
  return [...batch, a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!];
}

function product(
  emitter: Emitter,
  a: Value,
  b: Value,
  { transposeA, transposeB }: MatMulAttributes,
  { shape, dtype }: TensorSpec,
): Value {
  const names = [emitter.natural(a), emitter.natural(b)] as const;
  const { graph } = emitter;
  if (!transposeA && !transposeB) return emitter.value(shape, dtype, graph.node('MatMul', names));
  if (dtype === 'float32' && shape.length === 2) {
    const name = graph.node('Gemm', names, { transA: Number(transposeA), transB: Number(transposeB) });
    return emitter.value(shape, dtype, name);
  }
  const turned = [transposeA ? turn(emitter, a) : names[0], transposeB ? turn(emitter, b) : names[1]];
  return emitter.value(shape, dtype, graph.node('MatMul', turned));
}

/** Exchanges the last two axes. */
function turn(emitter: Emitter, x: Value): string {
  const rank = x.shape.length;
  const perm = x.shape.map((_, axis) => axis);
  perm[rank - 1] = rank - 2;
  perm[rank - 2] = rank - 1;
  return emitter.transpose(emitter.natural(x), x.shape, perm);
}

/** Matrix products. */
export const matrixKernels: readonly Kernel[] = [
  kernel<MatMulAttributes>()({
    name: 'BatchMatMul',
    inputs: ['a', 'b'],
    infer: ([a, b], attributes) => ({ shape: productShape(a, b, attributes), dtype: a.dtype }),
    emit: (emitter, [a, b], attributes, output) => product(emitter, a, b, attributes, output),
  }),
  kernel<MatMulAttributes & Activation>()({
    name: '_FusedMatMul',
    inputs: ['a', 'b', 'bias', 'preluActivationWeights'],
    infer: ([a, b], attributes) => ({ shape: productShape(a, b, attributes), dtype: a.dtype }),
    emit: (emitter, [a, b, ...rest], attributes, output) =>
      activated(emitter, product(emitter, a, b, attributes, output), rest, attributes),
  }),
  kernel<{ equation: string }>()({
    name: 'Einsum',
    inputs: 'list',
    infer: (specs, { equation }) => {
      const shapes = specs.map(({ shape }) => [...shape]);
      const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation, specs.length);
      const lengths = new Map<number, number>();
      idDims.forEach((ids, tensor) =>
        ids.forEach((id, axis) => lengths.set(id, numberAt(itemAt(shapes, tensor), axis))),
      );
      const kept = allDims.length - summedDims.length;
      return {
        shape: Array.from({ length: kept }, (_, id) => lengths.get(id)!),
        dtype: itemAt(specs, 0).dtype,
      };
    },
    emit: (emitter, values, { equation }, { shape, dtype }) =>
      emitter.value(
        shape,
        dtype,
        emitter.graph.node(
          'Einsum',
          values.map((value) => emitter.natural(value)),
          { equation },
        ),
      ),
  }),
];
