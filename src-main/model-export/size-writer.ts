import onnxProto, { type onnx } from 'onnx-proto';
import { itemAt } from '../contract/elements.ts';
import { elementType, tensorProto, type ElementType } from '../engine/onnx/graph-builder.ts';
import type { SizeExpression, SizeName } from './fit-size.ts';

/** Sources of the sizes: the input and its axis. */
const sources: Readonly<Record<Exclude<SizeName, 'area'>, { input: string; axis: number }>> = {
  height: { input: 'image', axis: 2 },
  width: { input: 'image', axis: 3 },
  cells: { input: 'locations', axis: 0 },
};

/** Writes nodes that compute numbers of a graph from the sizes of its inputs. */
export class SizeWriter {
  readonly nodes: onnx.INodeProto[] = [];
  readonly constants: onnx.ITensorProto[] = [];
  readonly #known = new Map<string, string>();

  /**
   * The name of a tensor with these numbers, in row order.
   * @param dims its shape, of rank 0 or 1
   */
  tensor(expressions: readonly SizeExpression[], dims: readonly number[], type: ElementType): string {
    const parts = expressions.map((expression) => this.#element(expression, type));
    const row =
      parts.length === 1 ? itemAt(parts, 0) : this.#node('Concat', parts, [intAttribute('axis', 0)]);
    return dims.length === 1 ? row : this.#node('Reshape', [row, this.#constant('int64', dims)]);
  }

  /** One number, as a vector of length 1. */
  #element(expression: SizeExpression, type: ElementType): string {
    if (expression.of === null) return this.#constant(type, [expression.value]);
    const { of, numerator, denominator, offset, inverse } = expression;
    let name = this.#size(of);
    if (numerator !== 1) name = this.#node('Mul', [name, this.#constant('int64', [numerator])]);
    if (denominator !== 1) name = this.#node('Div', [name, this.#constant('int64', [denominator])]);
    if (offset !== 0) name = this.#node('Add', [name, this.#constant('int64', [offset])]);
    if (type !== 'int64') name = this.#node('Cast', [name], [intAttribute('to', elementType[type])]);
    return inverse ? this.#node('Reciprocal', [name]) : name;
  }

  #size(of: SizeName): string {
    if (of === 'area') return this.#node('Mul', [this.#size('height'), this.#size('width')]);
    const { input, axis } = sources[of];
    return this.#node('Shape', [input], [intAttribute('start', axis), intAttribute('end', axis + 1)]);
  }

  #node(opType: string, input: string[], attribute: onnx.IAttributeProto[] = []): string {
    const key = `${opType}(${input.join()})${JSON.stringify(attribute)}`;
    let name = this.#known.get(key);
    if (name === undefined) {
      name = `size${this.nodes.length}`;
      this.#known.set(key, name);
      this.nodes.push({ name, opType, input, output: [name], attribute });
    }
    return name;
  }

  #constant(type: ElementType, values: readonly number[]): string {
    const key = `${type}[${values.join()}]`;
    let name = this.#known.get(key);
    if (name === undefined) {
      name = `number${this.constants.length}`;
      this.#known.set(key, name);
      this.constants.push(tensorProto(name, type, [values.length], values));
    }
    return name;
  }
}

/** An attribute of an ONNX node that holds one whole number. */
function intAttribute(name: string, value: number): onnx.IAttributeProto {
  return { name, type: onnxProto.onnx.AttributeProto.AttributeType.INT, i: value };
}
