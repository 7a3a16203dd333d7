import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import type { GroupNormAttributes } from '../../group-norm.ts';
import type { Emitter, Value } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';
import type { Kernel } from './kernel.ts';

function attributesOf(attributes: NamedAttrMap): GroupNormAttributes {
  return attributes as unknown as GroupNormAttributes;
}

/** A small vector [n, channels, 1, 1]: each channel's value replaced by the mean over its group. */
function groupMean(
  emitter: Emitter,
  perChannel: ValueName,
  [n, , , channels]: readonly number[],
  channelsPerGroup: number,
): ValueName {
  if (channelsPerGroup === 1) return perChannel;
  const { graph } = emitter;
  const grouped = [n, channels / channelsPerGroup, channelsPerGroup];
  const mean = graph.node('ReduceMean', [emitter.reshape(perChannel, grouped), graph.int64([2])], {
    keepdims: 1,
  });
  return emitter.reshape(graph.node('Expand', [mean, graph.int64(grouped)]), [n, channels, 1, 1]);
}

/** The map less its groups' means, and one over their standard deviations [n, channels, 1, 1]. */
function normalised(
  emitter: Emitter,
  x: Value,
  { channelsPerGroup, epsilon }: GroupNormAttributes,
): { centred: ValueName; inverse: ValueName } {
  const { graph } = emitter;
  const map = emitter.get(x, 'channels-first');
  const pixels = graph.int64([2, 3]);
  const mean = groupMean(
    emitter,
    graph.node('ReduceMean', [map, pixels], { keepdims: 1 }),
    x.shape,
    channelsPerGroup,
  );
  const centred = graph.node('Sub', [map, mean]);
  const squares = graph.node('ReduceSumSquare', [centred, pixels], { keepdims: 1 });
  const perPixel = graph.node('Mul', [squares, graph.scalar(1 / (x.shape[1] * x.shape[2]))]);
  const variance = groupMean(emitter, perPixel, x.shape, channelsPerGroup);
  const deviation = graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar(epsilon)])]);
  return { centred, inverse: graph.node('Reciprocal', [deviation]) };
}

function perChannel(emitter: Emitter, vector: Value): ValueName {
  return emitter.reshape(emitter.natural(vector), [1, vector.shape[0], 1, 1]);
}

/** Group norm (engine/group-norm.ts) and its gradient; what both need is one set of nodes. */
export const groupNormKernels: readonly Kernel[] = [
  {
    name: 'GroupNorm',
    inputs: ['x', 'gain', 'offset'],
    listsOutputs: false,
    infer: ([x]) => [x],
    emit: (emitter, [x, gain, offset], attributes) => {
      const { graph } = emitter;
      const { centred, inverse } = normalised(emitter, x, attributesOf(attributes));
      const scale = graph.node('Mul', [inverse, perChannel(emitter, gain)]);
      const scaled = graph.node('Mul', [centred, scale]);
      const y = graph.node('Add', [scaled, perChannel(emitter, offset)]);
      return [emitter.value(x.shape, 'float32', y, 'channels-first')];
    },
  },
  {
    name: 'GroupNormGrad',
    inputs: ['dy', 'x', 'gain'],
    listsOutputs: true,
    infer: ([, x, gain]) => [x, gain, gain],
    emit: (emitter, [dy, x, gain], attributes) => {
      const { graph } = emitter;
      const { channelsPerGroup } = attributesOf(attributes);
      const { centred, inverse } = normalised(emitter, x, attributesOf(attributes));
      const [n, height, width, channels] = x.shape;
      const gradient = emitter.get(dy, 'channels-first');
      const share = graph.scalar(1 / (height * width));
      const gains = perChannel(emitter, gain);
      const sum = graph.node('ReduceSum', [gradient, graph.int64([2, 3])], { keepdims: 1 });
      const products = graph.node('Mul', [gradient, centred]);
      const product = graph.node('ReduceSum', [products, graph.int64([2, 3])], { keepdims: 1 });
      const groupShare = (total: ValueName): ValueName =>
        groupMean(
          emitter,
          graph.node('Mul', [graph.node('Mul', [total, gains]), share]),
          x.shape,
          channelsPerGroup,
        );
      // dx = inverse · (gain · dy − mean − centred · inverse² · slope)
      const mean = graph.node('Mul', [groupShare(sum), inverse]);
      const cube = graph.node('Mul', [graph.node('Mul', [inverse, inverse]), inverse]);
      const slope = graph.node('Mul', [groupShare(product), cube]);
      const straight = graph.node('Mul', [gradient, graph.node('Mul', [gains, inverse])]);
      const along = graph.node('Add', [graph.node('Mul', [centred, slope]), mean]);
      const dx = graph.node('Sub', [straight, along]);
      const total = (each: ValueName): Value =>
        emitter.value(
          gain.shape,
          'float32',
          n === 1
            ? emitter.reshape(each, [channels])
            : graph.node('ReduceSum', [emitter.reshape(each, [n, channels]), graph.int64([0])], {
                keepdims: 0,
              }),
        );
      return [
        emitter.value(x.shape, 'float32', dx, 'channels-first'),
        total(graph.node('Mul', [product, inverse])),
        total(sum),
      ];
    },
  },
];
