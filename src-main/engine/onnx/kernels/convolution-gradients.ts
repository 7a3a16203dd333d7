import { BLOCKED_DOMAIN, type Emitter, type Value } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';
import { isBlocked, physicalShape } from '../layout.ts';
import { geometry, padsOf, type ConvInfo } from './convolution-geometry.ts';
import { openConvolution } from './open-convolution.ts';

/** The filter turned by 180°, inputs and outputs exchanged. */
function turned(emitter: Emitter, filter: Value): Value {
  const [h, w, i, o] = filter.shape;
  const order = emitter.filterOrder(i, o);
  const name = isBlocked(order) ? turnedInBlocks(emitter, filter) : turnedWhole(emitter, filter);
  return emitter.value([h, w, o, i], 'float32', name, order);
}

function turnedWhole(emitter: Emitter, filter: Value): ValueName {
  const [h, w, i, o] = filter.shape;
  const { graph } = emitter;
  const oihw = emitter.get(filter, 'filter');
  const taps = emitter.transpose(emitter.reshape(oihw, [o, i, h * w]), [o, i, h * w], [1, 0, 2]);
  const flat = emitter.reshape(taps, [i * o, h * w]);
  if (h * w === 1) return emitter.reshape(flat, [i, o, h, w]);
  const reversed = graph.node('Slice', [
    flat,
    graph.int64([-1]),
    graph.int64([-h * w - 1]),
    graph.int64([1]),
    graph.int64([-1]),
  ]);
  return emitter.reshape(reversed, [i, o, h, w]);
}

/** Whole blocks are gathered in their new places; then each is transposed, as if a block were a map of 8 channels. */
function turnedInBlocks(emitter: Emitter, filter: Value): ValueName {
  const [h, w, i, o] = filter.shape;
  const { graph, block } = emitter;
  const [inBlocks, outBlocks, taps] = [i / block, o / block, h * w];
  const count = inBlocks * outBlocks * taps;
  const sources = Array.from({ length: count }, (_, place) => {
    const tap = taps - 1 - (place % taps);
    const outBlock = Math.floor(place / taps) % outBlocks;
    const inBlock = Math.floor(place / taps / outBlocks);
    return (outBlock * inBlocks + inBlock) * taps + tap;
  });
  const blocks = emitter.reshape(emitter.get(filter, emitter.filterOrder(i, o)), [count, block * block]);
  const placed = graph.node('Gather', [blocks, graph.int64(sources)], { axis: 0 });
  const channels = count * block;
  const transposed = graph.node(
    'ReorderOutput',
    [emitter.reshape(placed, [1, channels, block, 1])],
    { channels },
    BLOCKED_DOMAIN,
  );
  return emitter.reshape(transposed, physicalShape([h, w, o, i], 'filter'));
}

/**
 * The gradient of a convolution with respect to its input. At stride 1 it is a convolution with the turned filter,
 * which onnxruntime computes faster than a transposed convolution.
 */
export function inputGradient(emitter: Emitter, dy: Value, filter: Value, info: ConvInfo): Value {
  const [top, left, bottom, right] = padsOf(info);
  const reachY = (info.filterHeight - 1) * info.dilationHeight;
  const reachX = (info.filterWidth - 1) * info.dilationWidth;
  const pads = [reachY - top, reachX - left, reachY - bottom, reachX - right];
  if (info.strideHeight === 1 && info.strideWidth === 1 && pads.every((pad) => pad >= 0)) {
    return openConvolution(emitter, dy, turned(emitter, filter), info.inShape, { ...geometry(info), pads });
  }
  const reached = (out: number, stride: number, reach: number): number => (out - 1) * stride + reach + 1;
  const name = emitter.graph.node(
    'ConvTranspose',
    [emitter.get(dy, 'channels-first'), emitter.get(filter, 'filter')],
    {
      ...geometry(info),
      output_padding: [
        info.inHeight + top + bottom - reached(info.outHeight, info.strideHeight, reachY),
        info.inWidth + left + right - reached(info.outWidth, info.strideWidth, reachX),
      ],
    },
  );
  return emitter.value(info.inShape, 'float32', name, 'channels-first');
}

/** `x` [n, channels, height, width] moved by `dy` rows and `dx` columns, zeros following. */
function shifted(emitter: Emitter, x: ValueName, dy: number, dx: number): ValueName {
  if (dy === 0 && dx === 0) return x;
  return emitter.graph.node('Pad', [x, emitter.graph.int64([0, 0, dy, dx, 0, 0, -dy, -dx])]);
}

/**
 * The gradient of a convolution with respect to its filter: one matrix product over all positions.
 *
 * At stride 1 with an output as large as the input, tap (a, b) pairs the output gradient at row y with the input at
 * row y + a − top. Moving the gradient down by a − top and the input left by b − left makes all taps share one index:
 * k copies of each side instead of k² copies of one side, and a single product of [k·inputs, positions] with
 * [k·outputs, positions].
 */
export function filterGradient(emitter: Emitter, x: Value, dy: Value, info: ConvInfo): Value {
  const { filterHeight: kh, filterWidth: kw, inChannels: i, outChannels: o, batchSize: n } = info;
  const [top, left] = padsOf(info);
  const unitStride = info.strideHeight === 1 && info.strideWidth === 1;
  const positions = info.outHeight * info.outWidth;
  const gradient = emitter.get(dy, 'channels-first');
  const input = emitter.get(x, 'channels-first');
  if (unitStride && info.inHeight === info.outHeight && info.inWidth === info.outWidth) {
    const rows = Array.from({ length: kh }, (_, a) =>
      shifted(emitter, gradient, a * info.dilationHeight - top, 0),
    );
    const columns = Array.from({ length: kw }, (_, b) =>
      shifted(emitter, input, 0, left - b * info.dilationWidth),
    );
    const size = [n, kw * i, kh * o, positions] as const;
    const taps = crossProduct(emitter, joined(emitter, columns), joined(emitter, rows), size);
    return filterFromTaps(emitter, taps, info, [2, 0, 1, 3]); // [kw, i, kh, o]
  }
  const columns = tapColumns(emitter, input, info);
  const taps = crossProduct(emitter, columns, gradient, [n, kh * kw * i, o, positions]);
  return filterFromTaps(emitter, taps, info, [0, 1, 2, 3]); // [kh, kw, i, o]
}

/** What each tap sees of the input [n, channels, height, width], for every output: [n, kh·kw·channels, outputs]. */
function tapColumns(emitter: Emitter, input: ValueName, info: ConvInfo): ValueName {
  const { graph } = emitter;
  const { filterHeight: kh, filterWidth: kw } = info;
  const [top, left, bottom, right] = padsOf(info);
  const padded =
    top + left + bottom + right === 0
      ? input
      : graph.node('Pad', [input, graph.int64([0, 0, top, left, 0, 0, bottom, right])]);
  const columns = Array.from({ length: kh * kw }, (_, tap) => {
    const y = Math.floor(tap / kw) * info.dilationHeight;
    const x0 = (tap % kw) * info.dilationWidth;
    return graph.node('Slice', [
      padded,
      graph.int64([y, x0]),
      graph.int64([
        y + (info.outHeight - 1) * info.strideHeight + 1,
        x0 + (info.outWidth - 1) * info.strideWidth + 1,
      ]),
      graph.int64([2, 3]),
      graph.int64([info.strideHeight, info.strideWidth]),
    ]);
  });
  return joined(emitter, columns);
}

/**
 * The filter's gradient from the product's numbers.
 * @param places where in the product's axes the filter's rows, columns, inputs and outputs are.
 */
function filterFromTaps(
  emitter: Emitter,
  product: ValueName,
  { filterHeight: kh, filterWidth: kw, inChannels: i, outChannels: o }: ConvInfo,
  places: readonly [number, number, number, number],
): Value {
  const shape = [kh, kw, i, o];
  const order = emitter.filterOrder(i, o);
  const { block } = emitter;
  // Each axis in one piece, or the inputs and outputs in blocks and places within them.
  const pieces = shape.map((length, axis) =>
    isBlocked(order) && axis > 1 ? [length / block, block] : [length],
  );
  const axes = shape.map((_, axis) => axis).sort((a, b) => places[a] - places[b]);
  const lengths = axes.flatMap((axis) => pieces[axis]);
  const start = (axis: number): number =>
    axes.slice(0, axes.indexOf(axis)).reduce((sum, before) => sum + pieces[before].length, 0);
  const perm = isBlocked(order)
    ? [start(3), start(2), start(0), start(1), start(2) + 1, start(3) + 1]
    : [start(0), start(1), start(2), start(3)];
  const moved = emitter.transpose(emitter.reshape(product, lengths), lengths, perm);
  const kept = isBlocked(order) ? order : 'natural';
  return emitter.value(shape, 'float32', emitter.reshape(moved, physicalShape(shape, kept)), kept);
}

function joined(emitter: Emitter, names: readonly ValueName[]): ValueName {
  return names.length === 1 ? names[0] : emitter.graph.node('Concat', names, { axis: 1 });
}

/** Σ over images and positions of a [n, rows, positions] · b [n, columns, positions]: [rows, columns]. */
function crossProduct(
  emitter: Emitter,
  a: ValueName,
  b: ValueName,
  [n, rows, columns, positions]: readonly [number, number, number, number],
): ValueName {
  const { graph } = emitter;
  const flat = (name: ValueName, channels: number): ValueName => {
    if (n === 1) return emitter.reshape(name, [channels, positions]);
    const each = emitter.reshape(name, [n, channels, positions]);
    return emitter.reshape(emitter.transpose(each, [n, channels, positions], [1, 0, 2]), [
      channels,
      n * positions,
    ]);
  };
  return graph.node('Gemm', [flat(a, rows), flat(b, columns)], { transB: 1 });
}
