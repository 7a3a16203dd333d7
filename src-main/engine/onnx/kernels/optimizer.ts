import type { AdamWConstants } from '../../adamw-update.ts';
import { readyOrder } from '../elementwise-order.ts';
import type { Emitter } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';
import { physicalShape, sizeOf, type Order } from '../layout.ts';
import type { Kernel } from './kernel.ts';
import { split } from './split.ts';
import type { Value } from '../value.ts';

/** Weights with fewer elements are updated together, in one vector. */
const SMALL = 8192;

/** One weight, or many small ones joined, ready for the update. */
interface Batch {
  weight: ValueName;
  gradient: ValueName;
  first: ValueName;
  second: ValueName;
  decays: boolean;
}

/** The scalars of a step, prepared for the elementwise formula. */
interface Scalars {
  keep: ValueName;
  firstDecay: ValueName;
  firstShare: ValueName;
  secondDecay: ValueName;
  secondShare: ValueName;
  rootScale: ValueName;
  epsilon: ValueName;
  rate: ValueName;
}

function prepareScalars(emitter: Emitter, scalars: readonly Value[], constants: AdamWConstants): Scalars {
  const { graph } = emitter;
  const [rate, firstScale, secondScale, gradientScale] = scalars.map((value) => emitter.natural(value));
  const times = (a: ValueName, b: ValueName): ValueName => graph.node('Mul', [a, b]);
  const { firstDecay, secondDecay, epsilon, weightDecay } = constants;
  return {
    keep: graph.node('Sub', [graph.scalar(1), times(rate, graph.scalar(weightDecay))]),
    firstDecay: graph.scalar(firstDecay),
    firstShare: times(gradientScale, graph.scalar(1 - firstDecay)),
    secondDecay: graph.scalar(secondDecay),
    secondShare: times(times(gradientScale, gradientScale), graph.scalar(1 - secondDecay)),
    rootScale: graph.node('Sqrt', [secondScale]),
    epsilon: graph.scalar(epsilon),
    rate: times(rate, firstScale),
  };
}

/** New weight, first and second mean. */
function update(
  emitter: Emitter,
  { weight, gradient, first, second, decays }: Batch,
  scalars: Scalars,
): ValueName[] {
  const { graph } = emitter;
  const times = (a: ValueName, b: ValueName): ValueName => graph.node('Mul', [a, b]);
  const mean = graph.node('Add', [times(first, scalars.firstDecay), times(gradient, scalars.firstShare)]);
  const square = times(times(gradient, gradient), scalars.secondShare);
  const spread = graph.node('Add', [times(second, scalars.secondDecay), square]);
  const deviation = graph.node('Add', [
    times(graph.node('Sqrt', [spread]), scalars.rootScale),
    scalars.epsilon,
  ]);
  const move = times(graph.node('Div', [mean, deviation]), scalars.rate);
  const kept = decays ? times(weight, scalars.keep) : weight;
  return [graph.node('Sub', [kept, move]), mean, spread];
}

/** The order of a weight's update: that of its gradient. Its leaves then follow. */
function orderOf(weight: Value, gradient: Value): Order {
  const order = readyOrder(weight);
  return order === 'natural' ? readyOrder(gradient) : order;
}

/** Joins small weights into one vector per list, and splits the results again. */
function updateTogether(
  emitter: Emitter,
  lists: readonly (readonly Value[])[],
  indices: readonly number[],
  decays: boolean,
  scalars: Scalars,
): Value[][] {
  const { graph } = emitter;
  const orders = indices.map((i) => orderOf(lists[0][i], lists[1][i]));
  const [weight, gradient, first, second] = lists.map((list) =>
    graph.node(
      'Concat',
      indices.map((i, k) => emitter.reshape(emitter.get(list[i], orders[k]), [sizeOf(list[i].shape)])),
      { axis: 0 },
    ),
  );
  const sizes = indices.map((i) => sizeOf(lists[0][i].shape));
  return update(emitter, { weight, gradient, first, second, decays }, scalars).map((joined) => {
    const pieces = indices.length === 1 ? [joined] : split(emitter, joined, sizes, 0);
    return pieces.map((piece, k) => {
      emitter.shaped(piece, [sizes[k]]);
      const { shape } = lists[0][indices[k]];
      return emitter.value(
        shape,
        'float32',
        emitter.reshape(piece, physicalShape(shape, orders[k])),
        orders[k],
      );
    });
  });
}

/** The optimizer's kernels (engine/adamw-update.ts). */
export const optimizerKernels: readonly Kernel[] = [
  {
    name: 'AdamWUpdate',
    inputs: 'list',
    listsOutputs: true,
    infer: (inputs, attributes) => {
      const { length } = (attributes as unknown as AdamWConstants).decays;
      return [0, 2, 3].flatMap((list) => inputs.slice(list * length, (list + 1) * length));
    },
    emit: (emitter, inputs, attributes) => {
      const constants = attributes as unknown as AdamWConstants;
      const count = constants.decays.length;
      const lists = [0, 1, 2, 3].map((list) => inputs.slice(list * count, (list + 1) * count));
      const scalars = prepareScalars(emitter, inputs.slice(4 * count), constants);
      const results: Value[][] = [0, 1, 2].map(() => new Array<Value>(count));
      for (const decays of [false, true]) {
        const small = lists[0].flatMap((weight, i) =>
          (constants.decays[i] === 1) === decays && sizeOf(weight.shape) < SMALL ? [i] : [],
        );
        if (small.length === 0) continue;
        updateTogether(emitter, lists, small, decays, scalars).forEach((values, result) =>
          values.forEach((value, k) => (results[result][small[k]] = value)),
        );
      }
      lists[0].forEach((weight, i) => {
        if (sizeOf(weight.shape) < SMALL) return;
        const order = orderOf(weight, lists[1][i]);
        // As vectors: onnxruntime is ten times slower if the last axes have length 1.
        const [own, gradient, first, second] = lists.map((list) =>
          emitter.reshape(emitter.get(list[i], order), [sizeOf(weight.shape)]),
        );
        const decays = constants.decays[i] === 1;
        update(emitter, { weight: own, gradient, first, second, decays }, scalars).forEach((name, result) => {
          emitter.shaped(name, [sizeOf(weight.shape)]);
          const shaped = emitter.reshape(name, physicalShape(weight.shape, order));
          results[result][i] = emitter.value(weight.shape, 'float32', shaped, order);
        });
      });
      return results.flat();
    },
  },
  {
    name: 'SumOfSquares',
    inputs: 'list',
    listsOutputs: false,
    infer: () => [{ shape: [], dtype: 'float32' }],
    emit: (emitter, inputs) => {
      const { graph } = emitter;
      const vectors = inputs.map((x) => emitter.reshape(emitter.get(x, readyOrder(x)), [sizeOf(x.shape)]));
      const sumOf = (name: ValueName): ValueName =>
        graph.node('ReduceSumSquare', [name, graph.int64([0])], { keepdims: 0 });
      const joined = (names: readonly ValueName[]): ValueName => graph.node('Concat', names, { axis: 0 });
      if (emitter.target === 'webgpu') {
        // A GPU has no sum over many inputs: it would copy each of them to the CPU.
        const sums = joined(vectors.map((name) => emitter.reshape(sumOf(name), [1])));
        return [
          emitter.value([], 'float32', graph.node('ReduceSum', [sums, graph.int64([0])], { keepdims: 0 })),
        ];
      }
      const small = vectors.filter((_, i) => sizeOf(inputs[i].shape) < SMALL);
      const large = vectors.filter((_, i) => sizeOf(inputs[i].shape) >= SMALL);
      const all = small.length < 2 ? vectors : [joined(small), ...large];
      return [emitter.value([], 'float32', graph.node('Sum', all.map(sumOf)))];
    },
  },
];
