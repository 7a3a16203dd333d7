import type { Emitter } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';
import { kernel, type Kernel } from './kernel.ts';
import type { Value } from '../value.ts';

/** Row or column of every patch pixel [n, size]: the origin's coordinate plus 0 … size − 1, and which are inside. */
function lines(
  emitter: Emitter,
  origins: ValueName,
  axis: 0 | 1,
  size: number,
  length: number,
): { clamped: ValueName; outside: ValueName } {
  const { graph } = emitter;
  const column = graph.node('Slice', [
    origins,
    graph.int64([axis]),
    graph.int64([axis + 1]),
    graph.int64([1]),
  ]);
  const steps = graph.int64(Array.from({ length: size }, (_, i) => i));
  const at = graph.node('Add', [column, steps]); // [n, size]
  const outside = graph.node('Or', [
    graph.node('Less', [at, graph.int64Scalar(0)]),
    graph.node('GreaterOrEqual', [at, graph.int64Scalar(length)]),
  ]);
  return { clamped: at, outside };
}

/**
 * Index of every patch pixel in the flat map [n, size, size]; pixels outside the map have the index height · width,
 * one past its end, where a zero is read and nothing is kept.
 */
function pixelIndices(
  emitter: Emitter,
  origins: Value,
  size: number,
  height: number,
  width: number,
): ValueName {
  const { graph } = emitter;
  const [n] = origins.shape;
  const int64 = emitter.cast(emitter.natural(origins), 'int64');
  const rows = lines(emitter, int64, 0, size, height);
  const columns = lines(emitter, int64, 1, size, width);
  const tall = (name: ValueName): ValueName => emitter.reshape(name, [n, size, 1]);
  const wide = (name: ValueName): ValueName => emitter.reshape(name, [n, 1, size]);
  const index = graph.node('Add', [
    tall(graph.node('Mul', [rows.clamped, graph.int64Scalar(width)])),
    wide(columns.clamped),
  ]);
  const outside = graph.node('Or', [tall(rows.outside), wide(columns.outside)]);
  return graph.node('Where', [outside, graph.int64Scalar(height * width), index]);
}

interface CropAttributes {
  size: number;
}

interface PasteAttributes {
  height: number;
  width: number;
}

/** Crop and paste (engine/crop-and-paste.ts): a gather, and its transpose, a scatter that adds. */
export const patchKernels: readonly Kernel[] = [
  kernel<CropAttributes>({
    name: 'CropPatches',
    inputs: ['map', 'origins'],
    infer: ([map, origins], { size }) => ({
      shape: [origins.shape[0], size, size, map.shape[2]],
      dtype: 'float32',
    }),
    emit: (emitter, [map, origins], { size }, { shape }) => {
      const [height, width, channels] = map.shape;
      const { graph } = emitter;
      const flat = emitter.reshape(emitter.natural(map), [height * width, channels]);
      const withZero = graph.node('Pad', [flat, graph.int64([0, 0, 1, 0])]);
      const indices = pixelIndices(emitter, origins, size, height, width);
      return emitter.value(shape, 'float32', graph.node('Gather', [withZero, indices], { axis: 0 }));
    },
  }),
  kernel<PasteAttributes>({
    name: 'PastePatches',
    inputs: ['patches', 'origins'],
    infer: ([patches], { height, width }) => ({ shape: [height, width, patches.shape[3]], dtype: 'float32' }),
    emit: (emitter, [patches, origins], { height, width }, { shape }) => {
      const [n, size, , channels] = patches.shape;
      const { graph } = emitter;
      const indices = pixelIndices(emitter, origins, size, height, width);
      const zeros = graph.node('Expand', [graph.scalar(0), graph.int64([height * width + 1, channels])]);
      const sums = graph.node(
        'ScatterND',
        [
          zeros,
          emitter.reshape(indices, [n * size * size, 1]),
          emitter.reshape(emitter.natural(patches), [n * size * size, channels]),
        ],
        { reduction: 'add' },
      );
      const kept = graph.node('Slice', [
        sums,
        graph.int64([0]),
        graph.int64([height * width]),
        graph.int64([0]),
      ]);
      return emitter.value(shape, 'float32', emitter.reshape(kept, shape));
    },
  }),
];
