import onnxProto, { type onnx } from 'onnx-proto';
import { itemAt } from '../../contract/elements.ts';

/** Data types of tfjs that the engine supports. */
export type TensorDtype = 'float32' | 'int32' | 'bool';

/** Element types of ONNX (TensorProto.DataType). */
export const elementType = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 } as const;

/** Element types in a graph; int64 only for indices and shapes. */
export type ElementType = keyof typeof elementType;

/** The name of a value inside a graph. */
export type ValueName = string;

/** An attribute: integers, a string, or a float (marked, because 1 and 1.0 are equal in JavaScript). */
export type Attribute = number | string | readonly number[] | { float: number };

/** Opset 18: reductions take their axes as inputs, ScatterND and ScatterElements can add. */
export const OPSET = 18;
/** The IR version of opset 18. */
const IR_VERSION = 8;

/** The name of the output declared by `endOfOutputs`. */
export const END_OF_OUTPUTS = 'end';

const emptySequence: onnx.IValueInfoProto = {
  name: END_OF_OUTPUTS,
  type: { sequenceType: { elemType: { tensorType: { elemType: elementType.float32 } } } },
};

interface GraphNode {
  /** The part of the network it belongs to. */
  part: string;
  opType: string;
  domain: string;
  inputs: readonly ValueName[];
  outputs: readonly ValueName[];
  attributes: Readonly<Record<string, Attribute>>;
}

interface GraphPort {
  name: ValueName;
  shape: readonly Length[];
  type: ElementType;
}

/** The length of an axis, or a name if it is variable. */
type Length = number | string;

/**
 * Builds one ONNX graph. Equal nodes (same operator, inputs and attributes) are created once. Nodes without
 * effect on an output are omitted. Kernels may therefore request values without checking for earlier
 * requests.
 */
export class GraphBuilder {
  /** The part of the network for the next nodes; '' for none. */
  part = '';
  readonly #nodes: GraphNode[] = [];
  readonly #known = new Map<string, readonly ValueName[]>();
  readonly #inputs: GraphPort[] = [];
  readonly #outputs: GraphPort[] = [];
  readonly #constants = new Map<ValueName, onnx.ITensorProto>();
  readonly #constantNames = new Map<string, ValueName>();
  readonly #producers = new Map<ValueName, GraphNode>();
  #endsOutputs = false;
  #count = 0;

  /** Declares a graph input. */
  input(shape: readonly Length[], type: ElementType): ValueName {
    const name = `x${this.#inputs.length}`;
    this.#inputs.push({ name, shape, type });
    return name;
  }

  /** Declares `value` a graph output and returns the name under which it can be fetched. */
  output(value: ValueName, shape: readonly Length[], type: ElementType): ValueName {
    const direct = this.#producers.has(value) && !this.#outputs.some((port) => port.name === value);
    const name = direct ? value : itemAt(this.#append('Identity', [value], {}, 1, ''), 0);
    this.#outputs.push({ name, shape, type });
    return name;
  }

  /** Adds a node with one output, or reuses an equal one. */
  node(
    opType: string,
    inputs: readonly ValueName[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = '',
  ): ValueName {
    return itemAt(this.nodes(opType, inputs, attributes, 1, domain), 0);
  }

  /** Adds a node with `outputCount` outputs, or reuses an equal one. */
  nodes(
    opType: string,
    inputs: readonly ValueName[],
    attributes: Readonly<Record<string, Attribute>>,
    outputCount: number,
    domain = '',
  ): readonly ValueName[] {
    const key = `${domain}.${opType}/${outputCount}(${inputs.join()})${JSON.stringify(attributes)}`;
    let outputs = this.#known.get(key);
    if (outputs === undefined) {
      outputs = this.#append(opType, inputs, attributes, outputCount, domain);
      this.#known.set(key, outputs);
    }
    return outputs;
  }

  /** An int64 vector constant, for shapes, axes and indices. */
  int64(values: readonly number[]): ValueName {
    return this.#constant('int64', [values.length], values);
  }

  /** A constant int64 of rank 0. */
  int64Scalar(value: number): ValueName {
    return this.#constant('int64', [], [value]);
  }

  /** A constant of rank 0. */
  scalar(value: number, type: ElementType = 'float32'): ValueName {
    return this.#constant(type, [], [value]);
  }

  /** A constant tensor. Use it for small ones: the values are part of the graph. */
  tensor(values: readonly number[], shape: readonly number[], type: ElementType = 'float32'): ValueName {
    return this.#constant(type, shape, values);
  }

  /**
   * Declares an empty sequence as the first output. There the native binding stops reading outputs; see
   * native-session.ts.
   */
  endOfOutputs(): void {
    this.#append('SequenceEmpty', [], {}, 1, '', [END_OF_OUTPUTS]);
    this.#endsOutputs = true;
  }

  /** Number of nodes added so far, including unused ones. */
  get nodeCount(): number {
    return this.#nodes.length;
  }

  /** The graph as an encoded ONNX ModelProto. */
  encode(): Uint8Array {
    const wanted = this.#wantedNodes();
    const used = new Set(wanted.flatMap((node) => node.inputs));
    return onnxProto.onnx.ModelProto.encode({
      irVersion: IR_VERSION,
      producerName: 'LACSS Studio',
      opsetImport: [
        { domain: '', version: OPSET },
        { domain: 'com.microsoft', version: 1 },
        { domain: 'com.microsoft.nchwc', version: 1 },
      ],
      graph: {
        name: 'lacss',
        node: wanted.map((node) => ({
          // For onnxruntime's messages and profiles: `head/conv1/v12`.
          name: [...(node.part === '' ? [] : [node.part]), itemAt(node.outputs, 0)].join('/'),
          opType: node.opType,
          domain: node.domain,
          input: [...node.inputs],
          output: [...node.outputs],
          attribute: Object.entries(node.attributes).map(([name, value]) => attributeProto(name, value)),
        })),
        input: this.#inputs.map(portProto),
        output: [...(this.#endsOutputs ? [emptySequence] : []), ...this.#outputs.map(portProto)],
        initializer: [...this.#constants].filter(([name]) => used.has(name)).map(([, tensor]) => tensor),
      },
    }).finish();
  }

  #append(
    opType: string,
    inputs: readonly ValueName[],
    attributes: Readonly<Record<string, Attribute>>,
    outputCount: number,
    domain: string,
    outputs: readonly ValueName[] = Array.from({ length: outputCount }, () => `v${this.#count++}`),
  ): readonly ValueName[] {
    const node = { part: this.part, opType, domain, inputs, outputs, attributes };
    this.#nodes.push(node);
    for (const output of outputs) this.#producers.set(output, node);
    return outputs;
  }

  #wantedNodes(): GraphNode[] {
    const wanted = new Set<GraphNode>();
    const open = this.#outputs.map((port) => port.name);
    if (this.#endsOutputs) open.push(END_OF_OUTPUTS);
    while (open.length > 0) {
      const node = this.#producers.get(open.pop()!);
      if (node === undefined || wanted.has(node)) continue;
      wanted.add(node);
      open.push(...node.inputs);
    }
    return this.#nodes.filter((node) => wanted.has(node));
  }

  #constant(type: ElementType, shape: readonly number[], values: readonly number[]): ValueName {
    const key = `${type}[${shape.join()}]${values.map((value) => (Object.is(value, -0) ? '-0' : value)).join()}`;
    let name = this.#constantNames.get(key);
    if (name === undefined) {
      name = `c${this.#constants.size}`;
      this.#constantNames.set(key, name);
      this.#constants.set(name, tensorProto(name, type, shape, values));
    }
    return name;
  }
}

/** An input or output of a graph. */
export function portProto({ name, shape, type }: GraphPort): onnx.IValueInfoProto {
  const dim = shape.map((axis) => (typeof axis === 'number' ? { dimValue: axis } : { dimParam: axis }));
  return { name, type: { tensorType: { elemType: elementType[type], shape: { dim } } } };
}

/** A constant of a graph. */
export function tensorProto(
  name: ValueName,
  type: ElementType,
  dims: readonly number[],
  values: ArrayLike<number>,
): onnx.ITensorProto {
  return { name, dataType: elementType[type], dims: [...dims], rawData: rawData(type, values) };
}

function rawData(type: ElementType, values: ArrayLike<number>): Uint8Array {
  switch (type) {
    case 'float32':
      return new Uint8Array(Float32Array.from(values).buffer);
    case 'int32':
      return new Uint8Array(Int32Array.from(values).buffer);
    case 'int64':
      return new Uint8Array(BigInt64Array.from(Array.from(values, BigInt)).buffer);
    case 'bool':
      return Uint8Array.from(values);
    case 'float64':
      return new Uint8Array(Float64Array.from(values).buffer);
  }
}

function attributeProto(name: string, value: Attribute): onnx.IAttributeProto {
  const types = onnxProto.onnx.AttributeProto.AttributeType;
  if (typeof value === 'number') return { name, type: types.INT, i: value };
  if (typeof value === 'string') return { name, type: types.STRING, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: types.FLOAT, f: value.float };
  return { name, type: types.INTS, ints: [...value] };
}
