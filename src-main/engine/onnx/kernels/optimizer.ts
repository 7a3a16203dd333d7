import { itemAt, tupleOf } from '../../../contract/elements.ts';
import type { AdamWConstants } from '../../operations/adamw-update.ts';
import { readyOrder } from '../elementwise-order.ts';
import type { Emitter } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';
import { physicalShape, sizeOf, type Order } from '../layout.ts';
import type { Kernel } from '../kernel.ts';
import { split } from './split.ts';
import type { Value } from '../value.ts';

/** Weights with fewer elements are updated together, in one vector. */
const SMALL = 8192;

/** A weight with its gradient and the optimizer's means of it. */
interface WeightState {
  weight: Value;
  gradient: Value;
  first: Value;
  second: Value;
}

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
  const names = scalars.map((value) => emitter.natural(value));
  const [rate, firstScale, secondScale, gradientScale] = tupleOf(names, 4);
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
function orderOf({ weight, gradient }: WeightState): Order {
  const order = readyOrder(weight);
  return order === 'natural' ? readyOrder(gradient) : order;
}

/** Joins the tensors of small weights into one vector each, and splits the results again. */
function updateTogether(
  emitter: Emitter,
  small: readonly WeightState[],
  decays: boolean,
  scalars: Scalars,
): Value[][] {
  const { graph } = emitter;
  const parts = small.map((own) => ({
    own,
    order: orderOf(own),
    shape: own.weight.shape,
    size: sizeOf(own.weight.shape),
  }));
  const joined = (name: keyof WeightState): ValueName =>
    graph.node(
      'Concat',
      parts.map(({ own, order, size }) => emitter.reshape(emitter.get(own[name], order), [size])),
      { axis: 0 },
    );
  const batch = {
    weight: joined('weight'),
    gradient: joined('gradient'),
    first: joined('first'),
    second: joined('second'),
    decays,
  };
  const sizes = parts.map(({ size }) => size);
  return update(emitter, batch, scalars).map((result) => {
    const pieces = parts.length === 1 ? [result] : split(emitter, result, sizes, 0);
    return parts.map(({ order, shape, size }, k) => {
      const piece = emitter.shaped(itemAt(pieces, k), [size]);
      return emitter.value(shape, 'float32', emitter.reshape(piece, physicalShape(shape, order)), order);
    });
  });
}

/** Updates one weight. As vectors: onnxruntime is ten times slower if the last axes have length 1. */
function updateAlone(emitter: Emitter, own: WeightState, decays: boolean, scalars: Scalars): Value[] {
  const { shape } = own.weight;
  const order = orderOf(own);
  const vector = (value: Value): ValueName => emitter.reshape(emitter.get(value, order), [sizeOf(shape)]);
  const batch = {
    weight: vector(own.weight),
    gradient: vector(own.gradient),
    first: vector(own.first),
    second: vector(own.second),
    decays,
  };
  return update(emitter, batch, scalars).map((name) => {
    const shaped = emitter.reshape(emitter.shaped(name, [sizeOf(shape)]), physicalShape(shape, order));
    return emitter.value(shape, 'float32', shaped, order);
  });
}

/** The optimizer's kernels (engine/operations/adamw-update.ts). */
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
      const scalars = prepareScalars(emitter, inputs.slice(4 * count), constants);
      const states = constants.decays.map((decays, i) => ({
        weight: itemAt(inputs, i),
        gradient: itemAt(inputs, count + i),
        first: itemAt(inputs, 2 * count + i),
        second: itemAt(inputs, 3 * count + i),
        decays: decays === 1,
      }));
      const isSmall = ({ weight }: WeightState): boolean => sizeOf(weight.shape) < SMALL;
      const updated = new Map<WeightState, Value[]>();
      for (const decays of [false, true]) {
        const small = states.filter((own) => own.decays === decays && isSmall(own));
        if (small.length === 0) continue;
        const results = updateTogether(emitter, small, decays, scalars);
        small.forEach((own, k) =>
          updated.set(
            own,
            results.map((values) => itemAt(values, k)),
          ),
        );
      }
      for (const own of states)
        if (!isSmall(own)) updated.set(own, updateAlone(emitter, own, own.decays, scalars));
      // All weights, then all first means, then all second means.
      return [0, 1, 2].flatMap((result) => states.map((own) => itemAt(updated.get(own) ?? [], result)));
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
      const small = vectors.filter((_, i) => sizeOf(itemAt(inputs, i).shape) < SMALL);
      const large = vectors.filter((_, i) => sizeOf(itemAt(inputs, i).shape) >= SMALL);
      const all = small.length < 2 ? vectors : [joined(small), ...large];
      return [emitter.value([], 'float32', graph.node('Sum', all.map(sumOf)))];
    },
  },
];
