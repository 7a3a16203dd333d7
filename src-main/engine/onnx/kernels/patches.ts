import { numberAt, tupleOf } from '../../../contract/elements.ts';
import type { Emitter } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';
import { kernel, type Kernel } from '../kernel.ts';
import { cropRuns, fitsRuns, pasteRuns } from './thin-patches.ts';
import type { Value } from '../value.ts';

/**
 * Row or column of every patch pixel [n, size], the origin's coordinate plus 0 … size − 1, and whether it is
 * inside.
 */
function lines(
  emitter: Emitter,
  origins: ValueName,
  axis: 0 | 1,
  size: number,
  length: number,
): { at: ValueName; inside: ValueName } {
  const { graph } = emitter;
  const column = graph.node('Gather', [origins, graph.tensor([axis], [1], 'int32')], { axis: 1 });
  const steps = graph.tensor(
    Array.from({ length: size }, (_, i) => i),
    [size],
    'int32',
  );
  const at = graph.node('Add', [column, steps]); // [n, size]
  const inside = graph.node('And', [
    graph.node('GreaterOrEqual', [at, graph.scalar(0, 'int32')]),
    graph.node('Less', [at, graph.scalar(length, 'int32')]),
  ]);
  return { at, inside };
}

/**
 * Index of every patch pixel in the flat map [n, size, size], int32. Pixels outside the map have the index
 * height · width, one past its end: zero is read there, and nothing is stored. Uses 32 bits and And only: for
 * 64 bits, integer slices and Or a GPU waits for the CPU.
 */
function pixelIndices(
  emitter: Emitter,
  origins: Value,
  size: number,
  height: number,
  width: number,
): ValueName {
  const { graph } = emitter;
  const [n] = tupleOf(origins.shape, 2);
  const rows = lines(emitter, emitter.natural(origins), 0, size, height);
  const columns = lines(emitter, emitter.natural(origins), 1, size, width);
  const tall = (name: ValueName): ValueName => emitter.reshape(name, [n, size, 1]);
  const wide = (name: ValueName): ValueName => emitter.reshape(name, [n, 1, size]);
  const index = graph.node('Add', [
    tall(graph.node('Mul', [rows.at, graph.scalar(width, 'int32')])),
    wide(columns.at),
  ]);
  const inside = graph.node('And', [tall(rows.inside), wide(columns.inside)]);
  return graph.node('Where', [inside, index, graph.scalar(height * width, 'int32')]);
}

interface CropAttributes {
  size: number;
}

interface PasteAttributes {
  height: number;
  width: number;
}

/** `engine/operations/crop-and-paste.ts`: a gather and its transpose, a scatter with addition. */
export const patchKernels: readonly Kernel[] = [
  kernel<CropAttributes>()({
    name: 'CropPatches',
    inputs: ['map', 'origins'],
    infer: ([map, origins], { size }) => ({
      shape: [numberAt(origins.shape, 0), size, size, numberAt(map.shape, 2)],
      dtype: 'float32',
    }),
    emit: (emitter, [map, origins], { size }, { shape }) => {
      const [height, width, channels] = tupleOf(map.shape, 3);
      if (fitsRuns(emitter, width, channels)) return cropRuns(emitter, map, origins, size);
      const { graph } = emitter;
      const flat = emitter.reshape(emitter.natural(map), [height * width, channels]);
      const withZero = graph.node('Pad', [flat, graph.int64([0, 0, 1, 0])]);
      const indices = pixelIndices(emitter, origins, size, height, width);
      return emitter.value(shape, 'float32', graph.node('Gather', [withZero, indices], { axis: 0 }));
    },
  }),
  kernel<PasteAttributes>()({
    name: 'PastePatches',
    inputs: ['patches', 'origins'],
    infer: ([patches], { height, width }) => ({
      shape: [height, width, numberAt(patches.shape, 3)],
      dtype: 'float32',
    }),
    emit: (emitter, [patches, origins], { height, width }, { shape }) => {
      const [n, size, , channels] = tupleOf(patches.shape, 4);
      if (fitsRuns(emitter, width, channels)) return pasteRuns(emitter, patches, origins, [height, width]);
      const { graph } = emitter;
      const indices = pixelIndices(emitter, origins, size, height, width);
      const zeros = graph.node('Expand', [graph.scalar(0), graph.int64([height * width + 1, channels])]);
      const sums = graph.node(
        'ScatterND',
        [
          zeros,
          emitter.cast(emitter.reshape(indices, [n * size * size, 1]), 'int64'),
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
