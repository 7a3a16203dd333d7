import type { GroupNormAttributes } from '../../group-norm.ts';
import { BLOCKED_DOMAIN } from '../convert-order.ts';
import type { Emitter } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';
import { groupMean, sumOverImages } from './group-mean.ts';
import type { Completion, Form, Value } from '../value.ts';

/*
 * Group norm on maps whose channels lie in blocks. What is done to every pixel of a channel alike, scale · x + offset,
 * is there a depthwise convolution of one tap: it takes one pass over memory, and a sum and a ReLU with it.
 */

/** A map in blocks with what is reckoned of each of its channels. */
interface Statistics {
  /** The map less its groups' means. */
  centred: ValueName;
  /** One over the standard deviations [n, channels]. */
  inverse: ValueName;
}

/** scale · map + offset, one scale and one offset [n, channels] for each channel of each image. */
function scaleChannels(
  emitter: Emitter,
  map: ValueName,
  { scale, offset }: { scale: ValueName; offset: ValueName },
  [n, height, width, channels]: readonly number[],
  completion: { sum?: ValueName; relu?: boolean } = {},
): ValueName {
  const all = n * channels;
  const joined = (name: ValueName): ValueName => emitter.reshape(name, [1, all, height, width]);
  const inputs = [joined(map), emitter.reshape(scale, [all, 1, 1, 1]), emitter.reshape(offset, [all])];
  if (completion.sum !== undefined) inputs.push(joined(completion.sum));
  const activation = completion.relu === true ? { activation: 'Relu' } : {};
  const attributes = { kernel_shape: [1, 1], group: all, ...activation };
  const scaled = emitter.graph.node('Conv', inputs, attributes, BLOCKED_DOMAIN);
  return emitter.reshape(scaled, [n, channels, height, width]);
}

/** The sum over the pixels of every channel [n, channels] of a map in blocks. */
function sumPixels(
  emitter: Emitter,
  map: ValueName,
  [n, height, width, channels]: readonly number[],
  operator: 'ReduceSum' | 'ReduceMean' = 'ReduceSum',
): ValueName {
  const { graph, block } = emitter;
  const pieces = emitter.reshape(map, [(n * channels) / block, height * width, block]);
  const sums = graph.node(operator, [pieces, graph.int64([1])], { keepdims: 0 });
  return emitter.reshape(sums, [n, channels]);
}

function normalised(
  emitter: Emitter,
  x: Value,
  { channelsPerGroup, epsilon }: GroupNormAttributes,
): Statistics {
  const { graph, block } = emitter;
  const [n, height, width, channels] = x.shape;
  const map = emitter.get(x, emitter.mapOrder(channels));
  const pixels = height * width;
  let centred: ValueName;
  let variance: ValueName; // [n, channels]
  if (channelsPerGroup % block === 0) {
    // The numbers of a group follow each other in memory.
    const groups = (n * channels) / channelsPerGroup;
    const rows = emitter.reshape(map, [groups, channelsPerGroup * pixels]);
    const mean = graph.node('ReduceMean', [rows, graph.int64([1])], { keepdims: 1 });
    const less = graph.node('Sub', [rows, mean]);
    // A vector times itself: onnxruntime's sum of squares takes three times as long.
    const pieces = emitter.reshape(less, [groups * channelsPerGroup, 1, pixels]);
    const squares = graph.node('FusedMatMul', [pieces, pieces], { transB: 1 }, 'com.microsoft');
    const shares = graph.node('Mul', [emitter.reshape(squares, [n, channels]), graph.scalar(1 / pixels)]);
    centred = emitter.reshape(less, [n, channels, height, width]);
    variance = groupMean(emitter, shares, [n, channels], channelsPerGroup);
  } else {
    const mean = sumPixels(emitter, map, x.shape, 'ReduceMean');
    const offset = graph.node('Neg', [groupMean(emitter, mean, [n, channels], channelsPerGroup)]);
    const scale = graph.node('Expand', [graph.scalar(1), graph.int64([n, channels])]);
    centred = scaleChannels(emitter, map, { scale, offset }, x.shape);
    const shares = sumPixels(emitter, graph.node('Mul', [centred, centred]), x.shape, 'ReduceMean');
    variance = groupMean(emitter, shares, [n, channels], channelsPerGroup);
  }
  const deviation = graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar(epsilon)])]);
  return { centred, inverse: graph.node('Reciprocal', [deviation]) };
}

/** A vector [channels] beside the numbers [n, channels] of every image. */
function asRow(emitter: Emitter, vector: Value): ValueName {
  return emitter.reshape(emitter.natural(vector), [1, vector.shape[0]]);
}

/** Group norm of a map in blocks. */
export function blockedGroupNorm(
  emitter: Emitter,
  [x, gain, offset]: readonly Value[],
  attributes: GroupNormAttributes,
): Value {
  const { graph } = emitter;
  const [n, , , channels] = x.shape;
  const order = emitter.mapOrder(channels);
  const { centred, inverse } = normalised(emitter, x, attributes);
  const scale = graph.node('Mul', [inverse, asRow(emitter, gain)]);
  const write = ({ sum, relu = false }: Completion): Form => {
    const row = asRow(emitter, offset);
    const offsets = n === 1 ? row : graph.node('Expand', [row, graph.int64([n, channels])]);
    const completion = sum === undefined ? { relu } : { relu, sum: emitter.get(sum, order) };
    const name = scaleChannels(emitter, centred, { scale, offset: offsets }, x.shape, completion);
    return { name, order };
  };
  return emitter.open(x.shape, { completion: { bias: offset }, write }, order);
}

/** Gradients of the map, the gain and the offset. */
export function blockedGroupNormGradient(
  emitter: Emitter,
  [dy, x, gain]: readonly Value[],
  attributes: GroupNormAttributes,
): Value[] {
  const { graph } = emitter;
  const [n, height, width, channels] = x.shape;
  const order = emitter.mapOrder(channels);
  const { centred, inverse } = normalised(emitter, x, attributes);
  const gradient = emitter.get(dy, order);
  const gains = asRow(emitter, gain);
  const times = (a: ValueName, b: ValueName): ValueName => graph.node('Mul', [a, b]);
  const sum = sumPixels(emitter, gradient, x.shape);
  const product = sumPixels(emitter, times(gradient, centred), x.shape);
  const groupShare = (total: ValueName): ValueName => {
    const shares = times(times(total, gains), graph.scalar(1 / (height * width)));
    return groupMean(emitter, shares, [n, channels], attributes.channelsPerGroup);
  };
  // dx = inverse · (gain · dy − mean − centred · inverse² · slope)
  const mean = times(groupShare(sum), inverse);
  const slope = times(groupShare(product), times(times(inverse, inverse), inverse));
  const along = scaleChannels(
    emitter,
    centred,
    { scale: graph.node('Neg', [slope]), offset: graph.node('Neg', [mean]) },
    x.shape,
  );
  const none = graph.node('Expand', [graph.scalar(0), graph.int64([n, channels])]);
  const dx = scaleChannels(emitter, gradient, { scale: times(gains, inverse), offset: none }, x.shape, {
    sum: along,
  });
  const total = (each: ValueName): Value =>
    emitter.value(gain.shape, 'float32', sumOverImages(emitter, each, [n, channels]));
  return [emitter.value(x.shape, 'float32', dx, order), total(times(product, inverse)), total(sum)];
}
