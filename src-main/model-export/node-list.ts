import onnxProto, { type onnx } from 'onnx-proto';
import { itemAt } from '../contract/elements.ts';
import { elementType, tensorProto, type ElementType } from '../engine/onnx/graph-builder.ts';

const { AttributeType } = onnxProto.onnx.AttributeProto;

/** A graph inside a node: the body of a loop. */
export interface BodyGraph {
  graph: onnx.IGraphProto;
}

type NodeAttribute = number | readonly number[] | BodyGraph;

/** Writes nodes and constants of an ONNX graph by hand, one call per node. */
export class NodeList {
  readonly nodes: onnx.INodeProto[] = [];
  readonly constants: onnx.ITensorProto[] = [];
  readonly #known = new Map<string, string>();
  readonly #prefix: string;

  /** @param prefix beginning of all names; no two lists of one model may share it */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Adds a node with one output. @returns the output's name */
  op(opType: string, inputs: readonly string[], attributes: Record<string, NodeAttribute> = {}): string {
    return itemAt(this.ops(opType, inputs, 1, attributes), 0);
  }

  /** Adds a node. @returns the names of its outputs */
  ops(
    opType: string,
    inputs: readonly string[],
    outputs: number,
    attributes: Record<string, NodeAttribute> = {},
  ): string[] {
    const name = `${this.#prefix}${this.nodes.length}`;
    const output = Array.from({ length: outputs }, (_, i) => (i === 0 ? name : `${name}:${i}`));
    const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
    this.nodes.push({ name, opType, input: [...inputs], output, attribute });
    return output;
  }

  /** Gives a value another name. */
  named(name: string, value: string): void {
    this.nodes.push({ name, opType: 'Identity', input: [value], output: [name] });
  }

  /** A constant vector, or a scalar for a single number. */
  constant(type: ElementType, values: number | readonly number[]): string {
    const key = `${type} ${JSON.stringify(values)}`;
    let name = this.#known.get(key);
    if (name === undefined) {
      name = `${this.#prefix}number${this.constants.length}`;
      this.#known.set(key, name);
      const list = typeof values === 'number' ? [values] : values;
      this.constants.push(tensorProto(name, type, typeof values === 'number' ? [] : [list.length], list));
    }
    return name;
  }

  float(values: number | readonly number[]): string {
    return this.constant('float32', values);
  }

  int(values: number | readonly number[]): string {
    return this.constant('int64', values);
  }

  cast(value: string, type: ElementType): string {
    return this.op('Cast', [value], { to: elementType[type] });
  }

  /** Length of one axis, as a vector of one number. */
  lengthOf(value: string, axis: number): string {
    return this.op('Shape', [value], { start: axis, end: axis + 1 });
  }

  /** The indices at which a mask of one axis is true, in rising order. */
  indicesOf(mask: string): string {
    return this.op('Reshape', [this.op('NonZero', [mask]), this.int([-1])]);
  }
}

function attributeOf(name: string, value: NodeAttribute): onnx.IAttributeProto {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if ('graph' in value) return { name, type: AttributeType.GRAPH, g: value.graph };
  return { name, type: AttributeType.INTS, ints: [...value] };
}
