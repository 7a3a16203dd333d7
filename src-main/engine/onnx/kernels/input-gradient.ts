import { tupleOf } from '../../../contract/elements.ts';
import { BLOCKED_DOMAIN } from '../convert-order.ts';
import type { Emitter } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';
import { isBlocked, physicalShape } from '../layout.ts';
import { geometry, padsOf, type ConvInfo } from './convolution-geometry.ts';
import { openConvolution } from './open-convolution.ts';
import type { Value } from '../value.ts';

/** The filter rotated by 180°, with inputs and outputs exchanged. */
function turned(emitter: Emitter, filter: Value): Value {
  const [h, w, i, o] = tupleOf(filter.shape, 4);
  const order = emitter.filterOrder(i, o);
  const name = isBlocked(order) ? turnedInBlocks(emitter, filter) : turnedWhole(emitter, filter);
  return emitter.value([h, w, o, i], 'float32', name, order);
}

function turnedWhole(emitter: Emitter, filter: Value): ValueName {
  const [h, w, i, o] = tupleOf(filter.shape, 4);
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

/**
 * Whole blocks are gathered to their new positions. Then each is transposed, as if it were a map of 8
 * channels.
 */
function turnedInBlocks(emitter: Emitter, filter: Value): ValueName {
  const [h, w, i, o] = tupleOf(filter.shape, 4);
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
 * Gradient of a convolution with respect to its input. At stride 1 it is a convolution with the turned
 * filter, which onnxruntime computes faster than a transposed convolution.
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
