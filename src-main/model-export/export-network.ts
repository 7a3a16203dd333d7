import type { LacssModel } from '../model/create-model.ts';
import { joinTraces } from './join-traces.ts';
import { traceNetwork, type NetworkSize } from './trace-network.ts';

/**
 * Image sizes, in multiples of the largest stride, and numbers of cells for tracing. Each differs from the
 * first in one value, the last in all. No two lengths are equal, so that they cannot be confused.
 */
const tracedSizes: readonly NetworkSize[] = [
  { height: 11, width: 13, cells: 5 },
  { height: 17, width: 13, cells: 5 },
  { height: 11, width: 19, cells: 5 },
  { height: 11, width: 13, cells: 7 },
  { height: 23, width: 29, cells: 11 },
];

/** Height and width of a cell's mask. */
export function patchSizeOf({ preset }: Pick<LacssModel, 'preset'>): number {
  return (2 * preset.patchPx) / preset.segmentation.stride;
}

/**
 * The network as an ONNX model for images of any size, in operators of the ONNX standard, including its
 * weights. The onnx engine must be active.
 *
 * Its inputs are `image` float32 [1, channels, height, width], prepared, height and width multiples of
 * `preset.padTo`, and `locations` float32 [cells, 2], (y, x) in its pixels, at least one. Its outputs are
 * - `scores` [1, 1, rows, columns]: probability that a location is near the centre of a grid cell,
 * - `offsets` [1, 2, rows, columns]: from that centre to the location, (dy, dx) in grid cells,
 * - `masks` [cells, p, p]: probability that a pixel of the patch around a location belongs to its cell,
 * - `origins` int32 [cells, 2]: each patch's first pixel (y, x) in mask pixels.
 *
 * @param metadata texts for the file, by name
 * @returns an encoded ONNX ModelProto
 */
export function exportNetwork(model: LacssModel, metadata: Readonly<Record<string, string>>): Uint8Array {
  const { padTo } = model.preset;
  const traces = tracedSizes.map(({ height, width, cells }) =>
    traceNetwork(model, { height: height * padTo, width: width * padTo, cells }),
  );
  return joinTraces(traces, { channels: model.inputChannels, patchSize: patchSizeOf(model) }, metadata);
}
