import onnxProto, { type onnx } from 'onnx-proto';
import { itemAt, numberAt } from '../contract/elements.ts';
import {
  elementType,
  OPSET,
  portProto,
  tensorProto,
  type ElementType,
} from '../engine/onnx/graph-builder.ts';
import { fitSize } from './fit-size.ts';
import { SizeWriter } from './size-writer.ts';
import { outputNames, type TracedNetwork } from './trace-network.ts';

/** Longest list of numbers that depend on the image size: a shape or a position. */
const mostNumbers = 8;

/** Inputs and outputs of the graph by name: type and axes. An axis of variable length has its own name. */
const inputAxes = (channels: number): Record<'image' | 'locations', (number | string)[]> => ({
  image: [1, channels, 'height', 'width'],
  locations: ['cells', 2],
});
const outputAxes = (patchSize: number): Record<(typeof outputNames)[number], (number | string)[]> => ({
  scores: [1, 1, 'rows', 'columns'],
  offsets: [1, 2, 'rows', 'columns'],
  masks: ['cells', patchSize, patchSize],
  origins: ['cells', 2],
});

/** The source of a tensor that a node reads: another node, an input, or constant numbers. */
type TensorSource =
  | { kind: 'node'; node: number; output: number }
  | { kind: 'image' | 'locations' | 'none' }
  | {
      kind: 'numbers';
      name: string;
      type: ElementType;
      dims: readonly number[];
      /** The original tensor; null for a constant of the graph. */
      of: object | null;
      values: () => ArrayLike<number>;
    };

/** One trace with its inputs resolved. */
interface OpenTrace {
  nodes: readonly onnx.INodeProto[];
  sourceOf: (name: string) => TensorSource;
  outputs: TracedNetwork['outputs'];
}

/**
 * Joins traces of one network at several sizes into one ONNX model for images of any size. The graph computes
 * every number that differs between traces from the size of its inputs.
 *
 * @param traces at sizes that differ in height, width and cells, each separately; the last is a check
 * @param shape channels of the image, and height of a cell's mask
 * @param metadata texts for the file, by name
 * @returns an encoded ONNX ModelProto including the weights
 * @throws Error if the network is not the same at all sizes, or a number changes in an unknown way
 */
export function joinTraces(
  traces: readonly TracedNetwork[],
  shape: { channels: number; patchSize: number },
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const open = traces.map(openTrace);
  const first = itemAt(open, 0);
  const sizes = traces.map(({ size }) => size);
  const writer = new SizeWriter();
  const weights = new Map<string, onnx.ITensorProto>();

  const sameName = (names: readonly string[], where: string): string => {
    const sources = names.map((name, i) => itemAt(open, i).sourceOf(name));
    const source = itemAt(sources, 0);
    switch (source.kind) {
      case 'none':
        return '';
      case 'image':
      case 'locations':
        if (sources.some(({ kind }) => kind !== source.kind)) throw differs(where);
        return source.kind;
      case 'node':
        for (const other of sources) {
          if (other.kind !== 'node' || other.node !== source.node || other.output !== source.output)
            throw differs(where);
        }
        return itemAt(names, 0);
      case 'numbers':
        return sameNumbers(sources, where);
    }
  };

  const sameNumbers = (sources: readonly TensorSource[], where: string): string => {
    const tensors = sources.map((source) => {
      if (source.kind !== 'numbers') throw differs(where);
      return source;
    });
    const { name, type, dims, of } = itemAt(tensors, 0);
    if (tensors.some((tensor) => tensor.type !== type || tensor.dims.join() !== dims.join()))
      throw differs(where);
    if (weights.has(name)) return name;
    if (of !== null && tensors.every((tensor) => tensor.of === of)) {
      weights.set(name, tensorProto(name, type, dims, itemAt(tensors, 0).values()));
      return name;
    }
    const numbers = tensors.map(({ values }) => Array.from(values()));
    if (numbers.every((values) => values.every((value, i) => Object.is(value, itemAt(numbers, 0)[i])))) {
      weights.set(name, tensorProto(name, type, dims, itemAt(numbers, 0)));
      return name;
    }
    if (itemAt(numbers, 0).length > mostNumbers) throw differs(where);
    const expressions = itemAt(numbers, 0).map((_, i) => {
      const fitted = fitSize(
        numbers.map((values) => numberAt(values, i)),
        sizes,
      );
      if (fitted === null) throw differs(where);
      return fitted;
    });
    return writer.tensor(expressions, dims, type);
  };

  const nodes = first.nodes.map((node, i): onnx.INodeProto => {
    for (const { nodes: others } of open) {
      if (others.length !== first.nodes.length || !isSameNode(node, itemAt(others, i)))
        throw differs(nodeName(node));
    }
    const input = node.input!.map((_, k) =>
      sameName(
        open.map(({ nodes: others }) => itemAt(itemAt(others, i).input!, k)),
        nodeName(node),
      ),
    );
    return { ...node, input };
  });
  const outputs = outputNames.map((name) =>
    sameName(
      open.map((trace) => trace.outputs[name]),
      name,
    ),
  );
  return encode({ nodes, outputs, writer, weights: [...weights.values()], shape, metadata });
}

interface Parts {
  nodes: readonly onnx.INodeProto[];
  /** The output values, in the order of `outputNames`. */
  outputs: readonly string[];
  writer: SizeWriter;
  weights: readonly onnx.ITensorProto[];
  shape: { channels: number; patchSize: number };
  metadata: Readonly<Record<string, string>>;
}

function encode({ nodes, outputs, writer, weights, shape, metadata }: Parts): Uint8Array {
  const inputs = inputAxes(shape.channels);
  const results = outputAxes(shape.patchSize);
  const last: onnx.INodeProto[] = outputNames.map((name, i) => {
    const leading = { scores: 2, offsets: 1, masks: 0, origins: 0 }[name];
    if (leading === 0) return { name, opType: 'Identity', input: [itemAt(outputs, i)], output: [name] };
    const axes = `axes of ${name}`;
    writer.constants.push(tensorProto(axes, 'int64', [leading], [0, 1].slice(0, leading)));
    return { name, opType: 'Unsqueeze', input: [itemAt(outputs, i), axes], output: [name] };
  });
  return onnxProto.onnx.ModelProto.encode({
    irVersion: 8,
    producerName: 'LACSS Studio',
    opsetImport: [{ domain: '', version: OPSET }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'lacss',
      node: [...writer.nodes, ...nodes, ...last],
      input: Object.entries(inputs).map(([name, shape]) => portProto({ name, shape, type: 'float32' })),
      output: Object.entries(results).map(([name, shape]) =>
        portProto({ name, shape, type: name === 'origins' ? 'int32' : 'float32' }),
      ),
      initializer: [...weights, ...writer.constants],
    },
  }).finish();
}

function openTrace({ model, leaves, outputs }: TracedNetwork): OpenTrace {
  const { graph } = onnxProto.onnx.ModelProto.decode(model);
  const nodes = graph!.node!;
  const sources = new Map<string, TensorSource>([['', { kind: 'none' }]]);
  for (const leaf of leaves) sources.set(leaf.name, leaf);
  for (const constant of graph!.initializer!) sources.set(constant.name!, sourceOfConstant(constant));
  nodes.forEach((made, node) => {
    made.output!.forEach((name, output) => sources.set(name, { kind: 'node', node, output }));
  });
  return { nodes, outputs, sourceOf: (name) => sources.get(name)! };
}

function sourceOfConstant({ name, dims, dataType, rawData }: onnx.ITensorProto): TensorSource {
  const type = (Object.keys(elementType) as ElementType[]).find((one) => elementType[one] === dataType)!;
  const bytes = Uint8Array.from(rawData!).buffer;
  const values = {
    float32: () => new Float32Array(bytes),
    float64: () => new Float64Array(bytes),
    int32: () => new Int32Array(bytes),
    int64: () => Array.from(new BigInt64Array(bytes), Number),
    bool: () => new Uint8Array(bytes),
  }[type];
  return { kind: 'numbers', name: name!, type, dims: dims!.map(Number), of: null, values };
}

function isSameNode(a: onnx.INodeProto, b: onnx.INodeProto): boolean {
  return (
    a.opType === b.opType &&
    a.input!.length === b.input!.length &&
    a.output!.length === b.output!.length &&
    JSON.stringify(a.attribute) === JSON.stringify(b.attribute)
  );
}

function nodeName({ name, opType }: onnx.INodeProto): string {
  return `${opType} ${name}`;
}

function differs(where: string): Error {
  return new Error(`The network cannot be exported for images of any size: ${where} differs between sizes`);
}
