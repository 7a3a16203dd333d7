import { numberAt, tupleOf } from '../../../contract/elements.ts';
import type { Emitter } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';
import type { Value } from '../value.ts';

/*
 * Patches of a map with one channel. onnxruntime is slow when it gathers single numbers. Here the map's rows
 * are divided into runs, and each row of a patch takes the few runs that contain it. A product with a matrix
 * of ones and zeros then moves its first pixel to the front.
 */

/** Numbers per run. */
const RUN = 16;
/**
 * No patch begins this many runs to the left. Adding it makes integer division round down for negative
 * columns.
 */
const FAR = 2 ** 20;

/** The positions of the patches in the map. */
interface Placement {
  /** The runs of each row of each patch [n, size, runs]; the index one past the map's last run is outside. */
  runs: ValueName;
  /**
   * Per patch, ones at (first + j, j). first is the position of its first pixel in its first run [n, runs ·
   * RUN, size].
   */
  shifts: ValueName;
  width: number;
}

/** Whether patches of a map can be cropped in runs. */
export function fitsRuns(emitter: Emitter, width: number, channels: number): boolean {
  return emitter.target === 'processor' && channels === 1 && width % RUN === 0;
}

function steps(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

/** One coordinate of every origin, int64 [n, 1]. */
function coordinate(emitter: Emitter, origins: Value, axis: 0 | 1): ValueName {
  const { graph } = emitter;
  const int64 = emitter.cast(emitter.natural(origins), 'int64');
  return graph.node('Slice', [int64, graph.int64([axis]), graph.int64([axis + 1]), graph.int64([1])]);
}

/** True for positions from 0 to before `length`. */
function isInside(emitter: Emitter, place: ValueName, length: number): ValueName {
  const { graph } = emitter;
  return graph.node('And', [
    graph.node('GreaterOrEqual', [place, graph.int64Scalar(0)]),
    graph.node('Less', [place, graph.int64Scalar(length)]),
  ]);
}

function place(
  emitter: Emitter,
  origins: Value,
  size: number,
  [height, width]: readonly [number, number],
): Placement {
  const { graph } = emitter;
  const [n] = tupleOf(origins.shape, 2);
  const runsInRow = width / RUN;
  const count = Math.ceil((size + RUN - 1) / RUN);
  const plus = (a: ValueName, b: ValueName): ValueName => graph.node('Add', [a, b]);
  const times = (a: ValueName, b: number): ValueName => graph.node('Mul', [a, graph.int64Scalar(b)]);

  const column = coordinate(emitter, origins, 1);
  const far = graph.node('Div', [plus(column, graph.int64Scalar(FAR * RUN)), graph.int64Scalar(RUN)]);
  const firstRun = graph.node('Sub', [far, graph.int64Scalar(FAR)]); // [n, 1]
  const rows = plus(coordinate(emitter, origins, 0), graph.int64(steps(size))); // [n, size]
  const inRow = plus(firstRun, graph.int64(steps(count))); // [n, count]
  const tall = (name: ValueName): ValueName => emitter.reshape(name, [n, size, 1]);
  const wide = (name: ValueName): ValueName => emitter.reshape(name, [n, 1, count]);
  const runs = graph.node('Where', [
    graph.node('And', [tall(isInside(emitter, rows, height)), wide(isInside(emitter, inRow, runsInRow))]),
    plus(tall(times(rows, runsInRow)), wide(inRow)),
    graph.int64Scalar(height * runsInRow),
  ]);

  const first = emitter.reshape(graph.node('Sub', [column, times(firstRun, RUN)]), [n]);
  const diagonals = plus(
    emitter.reshape(graph.int64(steps(RUN)), [RUN, 1, 1]),
    emitter.reshape(graph.int64(steps(size)), [1, 1, size]),
  );
  const places = emitter.reshape(graph.int64(steps(count * RUN)), [1, count * RUN, 1]);
  const matrices = emitter.cast(graph.node('Equal', [places, diagonals]), 'float32');
  return { runs, shifts: graph.node('Gather', [matrices, first], { axis: 0 }), width: count * RUN };
}

/** Crops patches [n, size, size, 1] from a map [height, width, 1]. */
export function cropRuns(emitter: Emitter, map: Value, origins: Value, size: number): Value {
  const { graph } = emitter;
  const [n] = tupleOf(origins.shape, 2);
  const [height, width] = tupleOf(map.shape, 3);
  const shape = [n, size, size, 1];
  if (map.kind === 'constant') {
    const inside = (axis: 0 | 1): ValueName => {
      const places = graph.node('Add', [coordinate(emitter, origins, axis), graph.int64(steps(size))]);
      const is = emitter.cast(isInside(emitter, places, numberAt(map.shape, axis)), 'float32');
      return emitter.reshape(is, axis === 0 ? [n, size, 1] : [n, 1, size]);
    };
    const ones = graph.node('Mul', [inside(0), inside(1)]);
    const all = map.constant === 1 ? ones : graph.node('Mul', [ones, graph.scalar(map.constant)]);
    return emitter.value(shape, 'float32', emitter.reshape(all, shape));
  }
  const { runs, shifts, width: taken } = place(emitter, origins, size, [height, width]);
  const rows = emitter.reshape(emitter.natural(map), [(height * width) / RUN, RUN]);
  const withZeros = graph.node('Pad', [rows, graph.int64([0, 0, 1, 0])]);
  const found = emitter.reshape(graph.node('Gather', [withZeros, runs], { axis: 0 }), [n, size, taken]);
  const patches = graph.node('MatMul', [found, shifts]);
  return emitter.value(shape, 'float32', emitter.reshape(patches, shape));
}

/** Adds patches [n, size, size, 1] into a map [height, width, 1]. */
export function pasteRuns(
  emitter: Emitter,
  patches: Value,
  origins: Value,
  [height, width]: readonly [number, number],
): Value {
  const { graph } = emitter;
  const [n, size] = tupleOf(patches.shape, 4);
  const { runs, shifts, width: taken } = place(emitter, origins, size, [height, width]);
  const rows = emitter.reshape(emitter.natural(patches), [n, size, size]);
  const moved = graph.node('FusedMatMul', [rows, shifts], { transB: 1 }, 'com.microsoft');
  const count = (n * size * taken) / RUN;
  const total = (height * width) / RUN;
  const zeros = graph.node('Expand', [graph.scalar(0), graph.int64([total + 1, RUN])]);
  const sums = graph.node(
    'ScatterND',
    [zeros, emitter.reshape(runs, [count, 1]), emitter.reshape(moved, [count, RUN])],
    { reduction: 'add' },
  );
  const kept = graph.node('Slice', [sums, graph.int64([0]), graph.int64([total]), graph.int64([0])]);
  const shape = [height, width, 1];
  return emitter.value(shape, 'float32', emitter.reshape(kept, shape));
}
