import type { TensorDtype } from '../graph-builder.ts';
import { kernel, type Kernel } from '../kernel.ts';

function range(start: number, stop: number, step: number): number[] {
  const length = Math.max(Math.ceil((stop - start) / step), 0);
  return Array.from({ length }, (_, i) => start + i * step);
}

/** Kernels that create tensors. */
export const creationKernels: readonly Kernel[] = [
  kernel<{ shape: number[]; value: number; dtype?: TensorDtype }>()({
    name: 'Fill',
    inputs: [],
    infer: (_, { shape, dtype }) => ({ shape, dtype: dtype ?? 'float32' }),
    emit: (emitter, _, { value }, { shape, dtype }) => emitter.constant(shape, dtype, Number(value)),
  }),
  kernel<{ start: number; stop: number; step: number; dtype: TensorDtype }>()({
    name: 'Range',
    inputs: [],
    infer: (_, { start, stop, step, dtype }) => ({ shape: [range(start, stop, step).length], dtype }),
    emit: (emitter, _, { start, stop, step }, { shape, dtype }) =>
      emitter.value(shape, dtype, emitter.graph.tensor(range(start, stop, step), shape, dtype)),
  }),
  kernel<{ start: number; stop: number; num: number }>()({
    name: 'LinSpace',
    inputs: [],
    infer: (_, { num }) => ({ shape: [num], dtype: 'float32' }),
    emit: (emitter, _, { start, stop, num }, { shape, dtype }) => {
      const step = num > 1 ? (stop - start) / (num - 1) : 0;
      const values = Array.from({ length: num }, (_unused, i) => start + i * step);
      return emitter.value(shape, dtype, emitter.graph.tensor(values, shape, dtype));
    },
  }),
];
