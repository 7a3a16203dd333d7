import { tupleOf, type Tuple } from '../../../contract/elements.ts';
import type { GroupNormAttributes } from '../../operations/normalise-groups.ts';
import { BLOCKED_DOMAIN } from '../convert-order.ts';
import type { Emitter } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';
import { groupMean, sumOverImages } from './group-mean.ts';
import type { Completion, Form, Value } from '../value.ts';

/*
 * Group norm on blocked maps. The operation scale · x + offset on every pixel of a channel is a depthwise
 * convolution with one tap. It passes once over memory, and includes a sum and a ReLU. The sum over a
 * channel's pixels of a product of two maps is a depthwise convolution of one map with the other.
 *
 * Per-channel numbers of every image have the same block order, [n · channels / block, block].
 */

/** Largest number of products added sequentially; more would lose precision. */
const LONGEST_SUM = 512;

/** A blocked map with the statistics of its channels. */
interface Statistics {
  /** The map minus its group means. */
  centred: ValueName;
  /** Inverse standard deviations. */
  inverse: ValueName;
}

/** scale · map + offset, with one scale and one offset per channel and image; `null` for 1 and 0. */
function scaleChannels(
  emitter: Emitter,
  map: ValueName,
  { scale, offset }: { scale: ValueName | null; offset: ValueName | null },
  [n, height, width, channels]: Tuple<number, 4>,
  completion: { sum?: ValueName; relu?: boolean } = {},
): ValueName {
  const { graph } = emitter;
  const all = n * channels;
  const joined = (name: ValueName): ValueName => emitter.reshape(name, [1, all, height, width]);
  const taps = [all, 1, 1, 1];
  const inputs = [
    joined(map),
    scale === null
      ? graph.node('Expand', [graph.scalar(1), graph.int64(taps)])
      : emitter.reshape(scale, taps),
    offset === null ? '' : emitter.reshape(offset, [all]),
  ];
  if (completion.sum !== undefined) inputs.push(joined(completion.sum));
  const activation = completion.relu === true ? { activation: 'Relu' } : {};
  const attributes = { kernel_shape: [1, 1], group: all, ...activation };
  const scaled = graph.node('Conv', inputs, attributes, BLOCKED_DOMAIN);
  emitter.shaped(scaled, [1, all, height, width]);
  return emitter.reshape(scaled, [n, channels, height, width]);
}

/** The sum, or the mean, over the pixels of every channel of a blocked map. */
function overPixels(
  emitter: Emitter,
  operator: 'ReduceSum' | 'ReduceMean',
  map: ValueName,
  [n, height, width, channels]: Tuple<number, 4>,
): ValueName {
  const { graph, block } = emitter;
  const blocks = (n * channels) / block;
  const pieces = emitter.reshape(map, [blocks, height * width, block]);
  const sums = graph.node(operator, [pieces, graph.int64([1])], { keepdims: 0 });
  return emitter.shaped(sums, [blocks, block]);
}

/** The sum over the pixels of every channel of the product of two blocked maps. */
function overProducts(
  emitter: Emitter,
  [a, b]: readonly [ValueName, ValueName],
  [n, height, width, channels]: Tuple<number, 4>,
): ValueName {
  const { graph, block } = emitter;
  // Strips of rows, each as a separate map.
  let rows = Math.max(1, Math.min(height, Math.floor(LONGEST_SUM / width)));
  while (height % rows > 0) rows--;
  const strips = height / rows;
  const blocks = (n * channels) / block;
  const all = n * channels * strips;
  const sums = graph.node(
    'Conv',
    [emitter.reshape(a, [1, all, rows, width]), emitter.reshape(b, [all, 1, rows, width])],
    { kernel_shape: [rows, width], group: all },
    BLOCKED_DOMAIN,
  );
  if (strips === 1) return emitter.reshape(sums, [blocks, block]);
  const total = graph.node('ReduceSum', [emitter.reshape(sums, [blocks, strips, block]), graph.int64([1])], {
    keepdims: 0,
  });
  return emitter.shaped(total, [blocks, block]);
}

/** Replaces each channel's number by `factor` times its group's mean. */
function spread(
  emitter: Emitter,
  perChannel: ValueName,
  factor: number,
  [n, , , channels]: Tuple<number, 4>,
  channelsPerGroup: number,
): ValueName {
  const { graph, block } = emitter;
  const rows = [(n * channels) / block, block];
  if (channelsPerGroup === 1 || block % channelsPerGroup > 0) {
    const flat = emitter.reshape(perChannel, [n, channels]);
    const mean = groupMean(emitter, flat, [n, channels], channelsPerGroup);
    const scaled = factor === 1 ? mean : graph.node('Mul', [mean, graph.scalar(factor)]);
    return emitter.reshape(emitter.shaped(scaled, [n, channels]), rows);
  }
  // Groups end at block ends, so a matrix product needs one node instead of five.
  const groupOf = (channel: number): number => Math.floor(channel / channelsPerGroup);
  const matrix = Array.from({ length: block * block }, (_, i) =>
    groupOf(Math.floor(i / block)) === groupOf(i % block) ? factor / channelsPerGroup : 0,
  );
  const means = graph.node('MatMul', [perChannel, graph.tensor(matrix, [block, block])]);
  return emitter.shaped(means, rows);
}

/** An elementwise operator on per-channel numbers. */
function each(
  emitter: Emitter,
  opType: string,
  operands: readonly ValueName[],
  [n, , , channels]: Tuple<number, 4>,
): ValueName {
  return emitter.shaped(emitter.graph.node(opType, operands), [
    (n * channels) / emitter.block,
    emitter.block,
  ]);
}

function normalised(
  emitter: Emitter,
  x: Value,
  { channelsPerGroup, epsilon }: GroupNormAttributes,
): Statistics {
  const { graph } = emitter;
  const shape = tupleOf(x.shape, 4);
  const [, height, width, channels] = shape;
  const map = emitter.get(x, emitter.mapOrder(channels));
  const mean = overPixels(emitter, 'ReduceMean', map, shape);
  const offset = spread(emitter, mean, -1, shape, channelsPerGroup);
  const centred = scaleChannels(emitter, map, { scale: null, offset }, shape);
  const squares = overProducts(emitter, [centred, centred], shape);
  const variance = spread(emitter, squares, 1 / (height * width), shape, channelsPerGroup);
  const deviation = graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar(epsilon)])]);
  return { centred, inverse: each(emitter, 'Reciprocal', [deviation], shape) };
}

/** A vector [channels] aligned with the per-channel numbers of every image. */
function asRows(emitter: Emitter, vector: Value, [n, , , channels]: Tuple<number, 4>): ValueName {
  const { graph, block } = emitter;
  const name = emitter.natural(vector);
  if (n === 1) return emitter.reshape(name, [channels / block, block]);
  const rows = graph.node('Expand', [emitter.reshape(name, [1, channels]), graph.int64([n, channels])]);
  return emitter.reshape(rows, [(n * channels) / block, block]);
}

/** Group norm of a blocked map. */
export function blockedGroupNorm(
  emitter: Emitter,
  [x, gain, offset]: readonly [x: Value, gain: Value, offset: Value],
  attributes: GroupNormAttributes,
): Value {
  const shape = tupleOf(x.shape, 4);
  const order = emitter.mapOrder(shape[3]);
  const { centred, inverse } = normalised(emitter, x, attributes);
  const scale = each(emitter, 'Mul', [inverse, asRows(emitter, gain, shape)], shape);
  const write = ({ sum, relu = false }: Completion): Form => {
    const numbers = { scale, offset: asRows(emitter, offset, shape) };
    const completion = sum === undefined ? { relu } : { relu, sum: emitter.get(sum, order) };
    return { name: scaleChannels(emitter, centred, numbers, shape, completion), order };
  };
  return emitter.open(shape, write, order, { bias: offset });
}

/** Gradients of the map, the gain and the offset. */
export function blockedGroupNormGradient(
  emitter: Emitter,
  [dy, x, gain]: readonly [dy: Value, x: Value, gain: Value],
  attributes: GroupNormAttributes,
): Value[] {
  const shape = tupleOf(x.shape, 4);
  const [n, height, width, channels] = shape;
  const order = emitter.mapOrder(channels);
  const { centred, inverse } = normalised(emitter, x, attributes);
  const gradient = emitter.get(dy, order);
  const gains = asRows(emitter, gain, shape);
  const times = (a: ValueName, b: ValueName): ValueName => each(emitter, 'Mul', [a, b], shape);
  const sum = overPixels(emitter, 'ReduceSum', gradient, shape);
  const product = overProducts(emitter, [gradient, centred], shape);
  const lessGroupShare = (total: ValueName): ValueName =>
    spread(emitter, times(total, gains), -1 / (height * width), shape, attributes.channelsPerGroup);
  // dx = inverse · (gain · dy − mean − centred · inverse² · slope)
  const offset = times(lessGroupShare(sum), inverse);
  const slope = times(lessGroupShare(product), times(times(inverse, inverse), inverse));
  const along = scaleChannels(emitter, centred, { scale: slope, offset }, shape);
  const scale = times(gains, inverse);
  const dx = scaleChannels(emitter, gradient, { scale, offset: null }, shape, { sum: along });
  const total = (name: ValueName): Value =>
    emitter.value(gain.shape, 'float32', sumOverImages(emitter, name, [n, channels]));
  return [emitter.value(shape, 'float32', dx, order), total(times(product, inverse)), total(sum)];
}
