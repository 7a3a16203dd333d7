import { numberAt, tupleOf } from '../../../contract/elements.ts';
import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import type { GroupNormAttributes } from '../../operations/normalise-groups.ts';
import type { Emitter } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';
import { isBlocked } from '../layout.ts';
import { blockedGroupNorm, blockedGroupNormGradient } from './blocked-group-norm.ts';
import { groupMean, sumOverImages } from './group-mean.ts';
import type { Kernel } from '../kernel.ts';
import type { Value } from '../value.ts';

function attributesOf(attributes: NamedAttrMap): GroupNormAttributes {
  return attributes as unknown as GroupNormAttributes;
}

/** A small map [n, channels, 1, 1] with each value replaced by its group's mean. */
function spread(emitter: Emitter, perChannel: ValueName, x: Value, channelsPerGroup: number): ValueName {
  const [n, , , channels] = tupleOf(x.shape, 4);
  const flat = emitter.reshape(perChannel, [n, channels]);
  return emitter.reshape(groupMean(emitter, flat, [n, channels], channelsPerGroup), [n, channels, 1, 1]);
}

/** The map minus its group means, and the inverse standard deviations [n, channels, 1, 1]. */
function normalised(
  emitter: Emitter,
  x: Value,
  { channelsPerGroup, epsilon }: GroupNormAttributes,
): { centred: ValueName; inverse: ValueName } {
  const { graph } = emitter;
  const map = emitter.get(x, 'channels-first');
  const pixels = graph.int64([2, 3]);
  const mean = spread(emitter, graph.node('ReduceMean', [map, pixels], { keepdims: 1 }), x, channelsPerGroup);
  const centred = graph.node('Sub', [map, mean]);
  // Not ReduceSumSquare: onnxruntime adds sequentially there, which loses a digit on large maps.
  const squares = graph.node('ReduceMean', [graph.node('Mul', [centred, centred]), pixels], { keepdims: 1 });
  const variance = spread(emitter, squares, x, channelsPerGroup);
  const deviation = graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar(epsilon)])]);
  return { centred, inverse: graph.node('Reciprocal', [deviation]) };
}

/** A vector aligned with a map in channels-first order. */
function perChannel(emitter: Emitter, vector: Value): ValueName {
  return emitter.reshape(emitter.natural(vector), [1, numberAt(vector.shape, 0), 1, 1]);
}

function groupNorm(
  emitter: Emitter,
  [x, gain, offset]: readonly [x: Value, gain: Value, offset: Value],
  attributes: GroupNormAttributes,
): Value {
  const { graph } = emitter;
  const { centred, inverse } = normalised(emitter, x, attributes);
  const scale = graph.node('Mul', [inverse, perChannel(emitter, gain)]);
  const scaled = graph.node('Mul', [centred, scale]);
  const y = graph.node('Add', [scaled, perChannel(emitter, offset)]);
  return emitter.value(x.shape, 'float32', y, 'channels-first');
}

function groupNormGradient(
  emitter: Emitter,
  [dy, x, gain]: readonly [dy: Value, x: Value, gain: Value],
  attributes: GroupNormAttributes,
): Value[] {
  const { graph } = emitter;
  const { centred, inverse } = normalised(emitter, x, attributes);
  const [n, height, width, channels] = tupleOf(x.shape, 4);
  const gradient = emitter.get(dy, 'channels-first');
  const share = graph.scalar(1 / (height * width));
  const gains = perChannel(emitter, gain);
  const sum = graph.node('ReduceSum', [gradient, graph.int64([2, 3])], { keepdims: 1 });
  const products = graph.node('Mul', [gradient, centred]);
  const product = graph.node('ReduceSum', [products, graph.int64([2, 3])], { keepdims: 1 });
  const groupShare = (total: ValueName): ValueName => {
    const shares = graph.node('Mul', [graph.node('Mul', [total, gains]), share]);
    return spread(emitter, shares, x, attributes.channelsPerGroup);
  };
  // dx = inverse · (gain · dy − mean − centred · inverse² · slope)
  const mean = graph.node('Mul', [groupShare(sum), inverse]);
  const cube = graph.node('Mul', [graph.node('Mul', [inverse, inverse]), inverse]);
  const slope = graph.node('Mul', [groupShare(product), cube]);
  const straight = graph.node('Mul', [gradient, graph.node('Mul', [gains, inverse])]);
  const along = graph.node('Add', [graph.node('Mul', [centred, slope]), mean]);
  const dx = graph.node('Sub', [straight, along]);
  const total = (each: ValueName): Value =>
    emitter.value(gain.shape, 'float32', sumOverImages(emitter, each, [n, channels]));
  return [
    emitter.value(x.shape, 'float32', dx, 'channels-first'),
    total(graph.node('Mul', [product, inverse])),
    total(sum),
  ];
}

/** `engine/operations/normalise-groups.ts` and its gradient; their common nodes are written once. */
export const groupNormKernels: readonly Kernel[] = [
  {
    name: 'GroupNorm',
    inputs: ['x', 'gain', 'offset'],
    listsOutputs: false,
    infer: (inputs) => inputs.slice(0, 1),
    emit: (emitter, values, attributes) => {
      const inputs = tupleOf(values, 3);
      const inBlocks = isBlocked(emitter.mapOrder(numberAt(inputs[0].shape, 3)));
      return [(inBlocks ? blockedGroupNorm : groupNorm)(emitter, inputs, attributesOf(attributes))];
    },
  },
  {
    name: 'GroupNormGrad',
    inputs: ['dy', 'x', 'gain'],
    listsOutputs: true,
    infer: (inputs) => {
      const [, x, gain] = tupleOf(inputs, 3);
      return [x, gain, gain];
    },
    emit: (emitter, values, attributes) => {
      const inputs = tupleOf(values, 3);
      const inBlocks = isBlocked(emitter.mapOrder(numberAt(inputs[1].shape, 3)));
      return (inBlocks ? blockedGroupNormGradient : groupNormGradient)(
        emitter,
        inputs,
        attributesOf(attributes),
      );
    },
  },
];
