import { itemAt, numberAt, tupleOf } from '../../../contract/elements.ts';
import type { Emitter } from '../emitter.ts';
import type { TensorDtype, ValueName } from '../graph-builder.ts';
import { sizeOf } from '../layout.ts';
import { kernel, type Kernel, type TensorSpec } from '../kernel.ts';
import type { Value } from '../value.ts';

/** An array of zeros to add into. */
function zeros(emitter: Emitter, shape: readonly number[], dtype: TensorDtype): ValueName {
  return emitter.graph.node('Expand', [emitter.graph.scalar(0, dtype), emitter.graph.int64(shape)]);
}

function scatterAdd(emitter: Emitter, into: ValueName, indices: ValueName, updates: ValueName): ValueName {
  return emitter.graph.node('ScatterND', [into, emitter.cast(indices, 'int64'), updates], {
    reduction: 'add',
  });
}

interface GatherAttributes {
  axis: number;
  batchDims: number;
}

function gatherAxis({ shape }: TensorSpec, axis: number): number {
  return axis < 0 ? axis + shape.length : axis;
}

function gather(
  emitter: Emitter,
  x: Value,
  indices: Value,
  attributes: GatherAttributes,
  output: TensorSpec,
): Value {
  const axis = gatherAxis(x, attributes.axis);
  const { batchDims } = attributes;
  const { graph } = emitter;
  if (batchDims === 0) {
    const name = graph.node('Gather', [emitter.natural(x), emitter.natural(indices)], { axis });
    return emitter.value(output.shape, output.dtype, name);
  }
  // The gathered axis moves right after the batch axes. After gathering, the axes between move back before
  // it.
  const others = x.shape.map((_, i) => i).filter((i) => i >= batchDims && i !== axis);
  const batch = x.shape.map((_, i) => i).slice(0, batchDims);
  const moved = emitter.transpose(emitter.natural(x), x.shape, [...batch, axis, ...others]);
  const columns = emitter.reshape(emitter.cast(emitter.natural(indices), 'int64'), [...indices.shape, 1]);
  const gathered = graph.node('GatherND', [moved, columns], { batch_dims: batchDims });
  const indexRank = indices.shape.length - batchDims;
  const shape = [...indices.shape, ...others.map((i) => numberAt(x.shape, i))];
  const between = axis - batchDims;
  const restStart = batchDims + indexRank;
  const perm = [
    ...batch,
    ...Array.from({ length: between }, (_, i) => restStart + i),
    ...Array.from({ length: indexRank }, (_, i) => batchDims + i),
    ...Array.from({ length: others.length - between }, (_, i) => restStart + between + i),
  ];
  return emitter.value(output.shape, output.dtype, emitter.transpose(gathered, shape, perm));
}

/** Sums rows of `x` by segment; ids outside [0, segments) are dropped, as in tfjs. */
function segmentSum(emitter: Emitter, x: Value, ids: Value, segments: number, output: TensorSpec): Value {
  const { graph } = emitter;
  const rows = sizeOf(ids.shape);
  const inner = x.shape.slice(ids.shape.length);
  const int64 = emitter.reshape(emitter.cast(emitter.natural(ids), 'int64'), [rows, 1]);
  const last = graph.int64Scalar(segments);
  const outside = graph.node('Or', [
    graph.node('Less', [int64, graph.int64Scalar(0)]),
    graph.node('GreaterOrEqual', [int64, last]),
  ]);
  const safe = graph.node('Where', [outside, last, int64]);
  const updates = emitter.reshape(emitter.natural(x), [rows, ...inner]);
  const sums = graph.node('ScatterND', [zeros(emitter, [segments + 1, ...inner], x.dtype), safe, updates], {
    reduction: 'add',
  });
  const kept = graph.node('Slice', [sums, graph.int64([0]), graph.int64([segments]), graph.int64([0])]);
  return emitter.value(output.shape, output.dtype, kept);
}

/** Gathering, scattering, one-hot encoding and top-k selection. */
export const gatherScatterKernels: readonly Kernel[] = [
  kernel<GatherAttributes>()({
    name: 'GatherV2',
    inputs: ['x', 'indices'],
    infer: ([x, indices], { axis, batchDims }) => {
      const at = gatherAxis(x, axis);
      return {
        shape: [...x.shape.slice(0, at), ...indices.shape.slice(batchDims), ...x.shape.slice(at + 1)],
        dtype: x.dtype,
      };
    },
    emit: (emitter, [x, indices], attributes, output) => gather(emitter, x, indices, attributes, output),
  }),
  kernel<{ numSegments: number }>()({
    name: 'UnsortedSegmentSum',
    inputs: ['x', 'segmentIds'],
    infer: ([x, ids], { numSegments }) => ({
      shape: [numSegments, ...x.shape.slice(ids.shape.length)],
      dtype: x.dtype,
    }),
    emit: (emitter, [x, ids], { numSegments }, output) => segmentSum(emitter, x, ids, numSegments, output),
  }),
  kernel()({
    name: 'GatherNd',
    inputs: ['params', 'indices'],
    infer: ([params, indices]) => ({
      shape: [...indices.shape.slice(0, -1), ...params.shape.slice(indices.shape.at(-1))],
      dtype: params.dtype,
    }),
    emit: (emitter, [params, indices], _, { shape, dtype }) => {
      const at = emitter.cast(emitter.natural(indices), 'int64');
      return emitter.value(shape, dtype, emitter.graph.node('GatherND', [emitter.natural(params), at]));
    },
  }),
  kernel<{ shape: number[] }>()({
    name: 'ScatterNd',
    inputs: ['indices', 'updates'],
    infer: ([, updates], { shape }) => ({ shape, dtype: updates.dtype }),
    emit: (emitter, [indices, updates], _, { shape, dtype }) =>
      emitter.value(
        shape,
        dtype,
        scatterAdd(emitter, zeros(emitter, shape, dtype), emitter.natural(indices), emitter.natural(updates)),
      ),
  }),
  kernel()({
    name: 'TensorScatterUpdate',
    inputs: ['tensor', 'indices', 'updates'],
    infer: ([tensor]) => tensor,
    emit: (emitter, [tensor, indices, updates], _, { shape, dtype }) =>
      emitter.value(
        shape,
        dtype,
        emitter.graph.node('ScatterND', [
          emitter.natural(tensor),
          emitter.cast(emitter.natural(indices), 'int64'),
          emitter.natural(updates),
        ]),
      ),
  }),
  kernel<{ outputShape: number[] }>()({
    name: 'SparseToDense',
    inputs: ['sparseIndices', 'sparseValues', 'defaultValue'],
    infer: ([, values], { outputShape }) => ({ shape: outputShape, dtype: values.dtype }),
    emit: (emitter, [indices, values, defaultValue], _, { shape, dtype }) => {
      const { graph } = emitter;
      const count = indices.shape.length === 2 ? numberAt(indices.shape, 0) : sizeOf(indices.shape);
      const at = emitter.reshape(emitter.cast(emitter.natural(indices), 'int64'), [count, shape.length]);
      const dense = graph.node('Expand', [
        emitter.reshape(emitter.natural(defaultValue), []),
        graph.int64(shape),
      ]);
      const updates = graph.node('Expand', [emitter.natural(values), graph.int64([count])]);
      return emitter.value(shape, dtype, graph.node('ScatterND', [dense, at, updates]));
    },
  }),
  kernel<{ depth: number; onValue: number; offValue: number; dtype?: TensorDtype }>()({
    name: 'OneHot',
    inputs: ['indices'],
    infer: ([indices], { depth, dtype }) => ({ shape: [...indices.shape, depth], dtype: dtype ?? 'float32' }),
    emit: (emitter, [indices], { depth, onValue, offValue }, { shape, dtype }) => {
      const { graph } = emitter;
      const column = emitter.reshape(emitter.natural(indices), [...indices.shape, 1]);
      const classes = graph.tensor(
        Array.from({ length: depth }, (_, i) => i),
        [depth],
        'int32',
      );
      const hit = graph.node('Equal', [column, classes]);
      if (dtype === 'bool' && onValue === 1 && offValue === 0) return emitter.value(shape, dtype, hit);
      const type = dtype === 'bool' ? 'int32' : dtype;
      const name = graph.node('Where', [hit, graph.scalar(onValue, type), graph.scalar(offValue, type)]);
      return emitter.value(shape, dtype, dtype === 'bool' ? emitter.cast(name, 'bool') : name);
    },
  }),
  {
    name: 'TopK',
    inputs: ['x'],
    listsOutputs: true,
    infer: (inputs, { k }) => {
      const { shape, dtype } = itemAt(inputs, 0);
      const kept = shape.with(-1, k as number);
      return [
        { shape: kept, dtype },
        { shape: kept, dtype: 'int32' },
      ];
    },
    emit: (emitter, inputs, { k, sorted }, outputs) => {
      const [x] = tupleOf(inputs, 1);
      const [values, indices] = tupleOf(outputs, 2);
      const { graph } = emitter;
      const made = graph.nodes(
        'TopK',
        [emitter.natural(x), graph.int64([k as number])],
        { axis: -1, largest: 1, sorted: Number(sorted ?? true) },
        2,
      );
      const [top, at] = tupleOf(made, 2);
      return [
        emitter.value(values.shape, values.dtype, top),
        emitter.value(indices.shape, 'int32', emitter.cast(at, 'int32')),
      ];
    },
  },
];
