import { itemAt, numberAt } from '../../../contract/elements.ts';
import { BLOCKED_DOMAIN } from '../convert-order.ts';
import { plainOrder, readyOrder } from '../elementwise-order.ts';
import type { Emitter } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';
import { isBlocked, physicalShape } from '../layout.ts';
import { geometry, padsOf, tapWindow, type ConvInfo } from './convolution-geometry.ts';
import type { Value } from '../value.ts';

/** `x` [n, channels, height, width] shifted by `dy` rows and `dx` columns, padded with zeros. */
function shifted(emitter: Emitter, x: ValueName, dy: number, dx: number): ValueName {
  if (dy === 0 && dx === 0) return x;
  return emitter.graph.node('Pad', [x, emitter.graph.int64([0, 0, dy, dx, 0, 0, -dy, -dx])]);
}

/**
 * Gradient of a convolution with respect to its filter: one matrix product over all positions.
 *
 * This holds at stride 1 with an output as large as the input. Tap (a, b) pairs the output gradient at row y
 * with the input at row y + a − top. Moving the gradient down by a − top and the input left by b − left gives
 * all taps the same index. That needs k copies of each side instead of k² copies of one side, and a single
 * product of [k·inputs, positions] with [k·outputs, positions].
 */
export function filterGradient(emitter: Emitter, x: Value, dy: Value, info: ConvInfo): Value {
  const { filterHeight: kh, filterWidth: kw, inChannels: i, outChannels: o, batchSize: n } = info;
  const [top, left] = padsOf(info);
  if (fitsConvolution(emitter, info)) return filterGradientByConvolution(emitter, x, dy, info);
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

/**
 * The input pixels of each tap [n, channels, height, width], for every output: [n, kh·kw·channels, outputs].
 */
function tapColumns(emitter: Emitter, input: ValueName, info: ConvInfo): ValueName {
  const { graph } = emitter;
  const { filterHeight: kh, filterWidth: kw } = info;
  const [top, left, bottom, right] = padsOf(info);
  if (info.inChannels === 1) {
    // One convolution with one output per tap.
    const taps = kh * kw;
    const places = Array.from({ length: taps * taps }, (_, i) => Number(i % (taps + 1) === 0));
    return graph.node('Conv', [input, graph.tensor(places, [taps, 1, kh, kw])], geometry(info));
  }
  const padded =
    top + left + bottom + right === 0
      ? input
      : graph.node('Pad', [input, graph.int64([0, 0, top, left, 0, 0, bottom, right])]);
  const columns = Array.from({ length: kh * kw }, (_, tap) => tapWindow(graph, padded, info, tap, [2, 3]));
  return joined(emitter, columns);
}

/**
 * Assembles the filter's gradient from the product.
 * @param places positions of the filter's rows, columns, inputs and outputs among the product's axes.
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
  // Each axis in one piece, or inputs and outputs as blocks and positions within them.
  const pieces = shape.map((length, axis) =>
    isBlocked(order) && axis > 1 ? [length / block, block] : [length],
  );
  const axes = shape.map((_, axis) => axis).sort((a, b) => numberAt(places, a) - numberAt(places, b));
  const lengths = axes.flatMap((axis) => itemAt(pieces, axis));
  const start = (axis: number): number =>
    axes.slice(0, axes.indexOf(axis)).reduce((sum, before) => sum + itemAt(pieces, before).length, 0);
  const perm = isBlocked(order)
    ? [start(3), start(2), start(0), start(1), start(2) + 1, start(3) + 1]
    : [start(0), start(1), start(2), start(3)];
  const moved = emitter.transpose(emitter.reshape(product, lengths), lengths, perm);
  const kept = isBlocked(order) ? order : 'natural';
  return emitter.value(shape, 'float32', emitter.reshape(moved, physicalShape(shape, kept)), kept);
}

function joined(emitter: Emitter, names: readonly ValueName[]): ValueName {
  return names.length === 1 ? itemAt(names, 0) : emitter.graph.node('Concat', names, { axis: 1 });
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

/** With fewer inputs a convolution over columns leaves most CPU registers empty. */
const FEWEST_INPUTS = 8;

/** Whether the filter gradient of a convolution can itself be a blocked convolution over columns. */
function fitsConvolution(emitter: Emitter, info: ConvInfo): boolean {
  const { filterHeight: kh, filterWidth: kw } = info;
  const [top, left] = padsOf(info);
  return (
    isBlocked(emitter.mapOrder(info.inWidth)) &&
    kh > 1 &&
    info.inChannels >= FEWEST_INPUTS &&
    info.strideHeight * info.strideWidth * info.dilationHeight * info.dilationWidth === 1 &&
    info.inHeight === info.outHeight &&
    info.inWidth === info.outWidth &&
    top < kh &&
    left < kw
  );
}

/**
 * Gradient of a convolution with respect to its filter, as a convolution whose channels are the columns of
 * the map. Tap (a, b) of input i and output o is Σ over rows y and columns x of input[i, y + a − top, x] ·
 * gradient[o, y, x − b + left]. A block of columns becomes a block of channels. The blocks of a row are
 * stacked vertically, and the inputs side by side. A filter as tall as the map sums over rows and columns,
 * and slides down row by row for a. In this layout the gradient's memory is the filter; each b needs one
 * shifted copy.
 */
function filterGradientByConvolution(emitter: Emitter, x: Value, dy: Value, info: ConvInfo): Value {
  const { filterHeight: kh, filterWidth: kw, inChannels: i, outChannels: o, batchSize: n } = info;
  const { graph, block } = emitter;
  const [top] = padsOf(info);
  const blocksInRow = info.inWidth / block;
  const blocks = info.inHeight * blocksInRow;
  const { filter, outputs } = movedGradients(emitter, dy, info);
  const taps = graph.node(
    'Conv',
    [
      emitter.reshape(blocksOfColumns(emitter, x, info), [1, n * block, blocks, i]),
      emitter.reshape(filter, [outputs, n * block, blocks, 1]),
    ],
    {
      kernel_shape: [blocks, 1],
      strides: [blocksInRow, 1],
      pads: [top * blocksInRow, 0, (kh - 1 - top) * blocksInRow, 0],
    },
    BLOCKED_DOMAIN,
  ); // [outputs / block, kh, i, block]
  const shape = [kh, kw, i, o];
  const order = emitter.filterOrder(i, o);
  if (isBlocked(order)) {
    const lengths = [kw, o / block, kh, i / block, block, block];
    const placed = emitter.transpose(emitter.reshape(taps, lengths), lengths, [1, 3, 2, 0, 4, 5]);
    return emitter.value(shape, 'float32', emitter.reshape(placed, physicalShape(shape, order)), order);
  }
  const channels = kw * o;
  const rows = graph.node('ReorderOutput', [taps], { channels, channels_last: 1 }, BLOCKED_DOMAIN);
  const lengths = [kh, i, kw, o];
  return emitter.value(
    shape,
    'float32',
    emitter.transpose(emitter.reshape(rows, lengths), lengths, [0, 2, 1, 3]),
  );
}

/** A map in blocks of columns: [n, height, width / block, i, block]. */
function blocksOfColumns(emitter: Emitter, x: Value, info: ConvInfo): ValueName {
  const { inChannels: i, batchSize: n, inHeight: height, inWidth: width } = info;
  const { graph, block } = emitter;
  const reorder = (name: ValueName, last: 0 | 1): ValueName =>
    graph.node('ReorderInput', [name], { channels_last: last }, BLOCKED_DOMAIN);
  if (plainOrder(x) === 'channels-first' && !isBlocked(readyOrder(x))) {
    const rows = emitter.transpose(emitter.get(x, 'channels-first'), [n, i, height, width], [0, 2, 1, 3]);
    return reorder(emitter.reshape(rows, [n * height, 1, i, width]), 1);
  }
  const pixels = emitter.get(x, 'natural');
  return reorder(emitter.reshape(pixels, [(n * height * width) / block, block, i, 1]), 0);
}

/**
 * The gradient shifted right by b − left columns for each b: [outputs / block, n, height, width, block]. The
 * outputs of all b follow each other, padded to whole blocks.
 */
function movedGradients(emitter: Emitter, dy: Value, info: ConvInfo): { filter: ValueName; outputs: number } {
  const { filterWidth: kw, outChannels: o, batchSize: n, inHeight: height, inWidth: width } = info;
  const [, left] = padsOf(info);
  const { graph, block } = emitter;
  const order = emitter.mapOrder(o);
  const gradient = emitter.get(dy, order);
  const copies = Array.from({ length: kw }, (_, b) => {
    if (!isBlocked(order)) return shifted(emitter, gradient, 0, b - left);
    // Whole rows as one run of numbers each: onnxruntime pads the last axis several times faster than others.
    const rows = emitter.reshape(gradient, [(n * o) / block, height, width * block]);
    const right = (b - left) * block;
    return right === 0 ? rows : graph.node('Pad', [rows, graph.int64([0, 0, right, 0, 0, -right])]);
  });
  let filter: ValueName;
  const outputs = Math.ceil((kw * o) / block) * block;
  if (isBlocked(order)) {
    const filters = copies.map((copy) => imagesInside(emitter, copy, n, [o / block, height * width * block]));
    filter = filters.length === 1 ? itemAt(filters, 0) : graph.node('Concat', filters, { axis: 0 });
  } else {
    const missing = outputs - kw * o;
    const zeros =
      missing === 0
        ? []
        : [graph.node('Expand', [graph.scalar(0), graph.int64([n, missing, height, width])])];
    const all = graph.node(
      'ReorderInput',
      [joined(emitter, [...copies, ...zeros])],
      { channels_last: 0 },
      BLOCKED_DOMAIN,
    );
    filter = imagesInside(emitter, all, n, [outputs / block, height * width * block]);
  }
  return { filter, outputs };
}

/** Rearranges the channel blocks of many images [n, blocks, …] as filter blocks [blocks, n, …]. */
function imagesInside(
  emitter: Emitter,
  name: ValueName,
  n: number,
  [blocks, size]: readonly [number, number],
): ValueName {
  if (n === 1) return name;
  return emitter.transpose(emitter.reshape(name, [n, blocks, size]), [n, blocks, size], [1, 0, 2]);
}
