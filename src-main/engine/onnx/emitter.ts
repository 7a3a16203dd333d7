import type { Attribute, Dtype, GraphBuilder, ValueName } from './graph-builder.ts';
import { elementType } from './graph-builder.ts';
import { axesOf, physicalShape, sameInMemory, sizeOf, type Order } from './layout.ts';

/** A tensor while its graph is being written: its logical shape, and the graph values that hold it. */
export interface Value {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  /** The graph values that hold it, one an axis order. */
  readonly forms: Map<Order, ValueName>;
  /** Makes it in the order asked for first; for values whose order is still free. */
  readonly make?: (order: Order) => ValueName;
  /** Every element has this value; nothing is written out until someone needs the array. */
  readonly constant?: number;
  /** This value is `smaller` (of equal rank), broadcast; not written out beside a full-size operand. */
  readonly smaller?: Value;
  /** For a value of 0 and 1: the boolean it was cast from. */
  readonly mask?: { readonly order: Order; readonly name: ValueName };
}

/** What a kernel's `emit` writes with: graph nodes, and values in the axis order it needs. */
export class Emitter {
  readonly graph: GraphBuilder;
  /** What reshaped graph values were before. */
  readonly #originals = new Map<ValueName, ValueName>();
  /** Shapes in memory of graph values, where they are known. */
  readonly #shapes = new Map<ValueName, readonly number[]>();

  constructor(graph: GraphBuilder) {
    this.graph = graph;
  }

  /** Declares a graph input that holds a tensor in `order`. */
  input(shape: readonly number[], dtype: Dtype, order: Order): ValueName {
    const physical = physicalShape(shape, order);
    const name = this.graph.input(physical, dtype);
    this.#shapes.set(name, physical);
    return name;
  }

  /** Repeats each pixel of a map, channels first in memory, `fy` times down and `fx` times across. */
  repeatPixels(name: ValueName, fy: number, fx: number): ValueName {
    // onnxruntime has a quick way for this operator at 2 × 2; Expand takes ten times as long.
    const scales = this.graph.tensor([1, 1, fy, fx], [4]);
    return this.graph.node('Resize', [name, '', scales], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
  }

  /** A value that exists as `name`. */
  value(shape: readonly number[], dtype: Dtype, name: ValueName, order: Order = 'natural'): Value {
    if (!this.#originals.has(name)) this.#shapes.set(name, physicalShape(shape, order));
    return { shape, dtype, forms: new Map([[order, name]]) };
  }

  /** A value all of whose elements are `constant`. */
  constant(shape: readonly number[], dtype: Dtype, constant: number): Value {
    return { shape, dtype, forms: new Map(), constant };
  }

  /** The graph value that holds `value` in natural (tfjs) order. */
  natural(value: Value): ValueName {
    return this.get(value, 'natural');
  }

  /** The graph value that holds `value` in `order`. */
  get(value: Value, order: Order): ValueName {
    let name = value.forms.get(order);
    if (name === undefined) {
      name = this.#inOrder(value, order);
      value.forms.set(order, name);
    }
    return name;
  }

  /** The order a kernel indifferent to order should read `value` in: one that exists already. */
  readyOrder(value: Value): Order {
    if (value.shape.length !== 4) return 'natural';
    if (value.forms.has('channels-first')) return 'channels-first';
    const [first] = value.forms.keys();
    if (first !== undefined) return first;
    return value.smaller === undefined ? 'natural' : this.readyOrder(value.smaller);
  }

  /** `value` with another shape of the same size. */
  reshaped(value: Value, shape: readonly number[]): Value {
    if (sameShape(value.shape, shape)) return value;
    if (value.constant !== undefined) return this.constant(shape, value.dtype, value.constant);
    return {
      shape,
      dtype: value.dtype,
      forms: new Map(),
      make: (order) =>
        this.get(
          this.value(shape, value.dtype, this.reshape(this.natural(value), shape)),
          shape.length === 4 ? order : 'natural',
        ),
    };
  }

  /** `smaller` broadcast to `shape`, of equal rank. */
  broadcast(smaller: Value, shape: readonly number[]): Value {
    if (sameShape(smaller.shape, shape)) return smaller;
    if (smaller.constant !== undefined) return this.constant(shape, smaller.dtype, smaller.constant);
    return { shape, dtype: smaller.dtype, forms: new Map(), smaller };
  }

  /** A Reshape node, of the original where the value was reshaped before; nothing where the shape is that already. */
  reshape(name: ValueName, shape: readonly number[]): ValueName {
    const original = this.#originals.get(name) ?? name;
    const known = this.#shapes.get(original);
    if (known !== undefined && sameShape(known, shape)) return original;
    const attributes = shape.includes(0) ? { allowzero: 1 } : {};
    const reshaped = this.graph.node('Reshape', [original, this.graph.int64(shape)], attributes);
    this.#originals.set(reshaped, original);
    return reshaped;
  }

  /** A Transpose node; a Reshape where nothing moves in memory. */
  transpose(name: ValueName, shape: readonly number[], perm: readonly number[]): ValueName {
    const long = perm.filter((axis) => shape[axis] > 1);
    if (long.every((axis, i) => i === 0 || axis > long[i - 1])) {
      return this.reshape(
        name,
        perm.map((axis) => shape[axis]),
      );
    }
    return this.graph.node('Transpose', [name], { perm });
  }

  /** A Cast node. */
  cast(name: ValueName, dtype: Dtype | 'int64'): ValueName {
    return this.graph.node('Cast', [name], { to: elementType[dtype] });
  }

  /**
   * An elementwise operator with broadcasting, in the order its operands already have. Where that order is still free
   * the result stays free too; where only broadcasts meet, the result is a broadcast.
   */
  elementwise(
    opType: string,
    operands: readonly Value[],
    shape: readonly number[],
    dtype: Dtype,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    const isFull = (value: Value): boolean =>
      value.smaller === undefined && value.constant === undefined && sameShape(value.shape, shape);
    const written = (value: Value): boolean => value.forms.size > 0 || value.make !== undefined;
    const full = operands.filter(isFull);
    if (full.length === 0) {
      const broadcasts = operands.filter((value) => value.smaller !== undefined && !written(value));
      const common = broadcasts[0]?.smaller?.shape;
      if (
        common !== undefined &&
        sameShape(broadcasts[0].shape, shape) &&
        operands.every(
          (value) =>
            value.constant !== undefined ||
            (sizeOf(value.shape) === 1 && value.shape.length <= common.length) ||
            (value.smaller !== undefined && !written(value) && sameShape(value.smaller.shape, common)),
        )
      ) {
        const small = operands.map((value) =>
          value.constant === undefined
            ? (value.smaller ?? value)
            : this.constant([], value.dtype, value.constant),
        );
        return this.broadcast(this.elementwise(opType, small, common, dtype, attributes), shape);
      }
    }
    const operand = (value: Value, order: Order): ValueName => {
      if (value.constant !== undefined && full.length > 0)
        return this.graph.scalar(value.constant, value.dtype);
      const source =
        full.length > 0 && value.smaller !== undefined && value.forms.size === 0 ? value.smaller : value;
      return this.#aligned(source, order, shape.length);
    };
    const emit = (order: Order): ValueName =>
      this.graph.node(
        opType,
        operands.map((value) => operand(value, order)),
        attributes,
      );
    if (shape.length !== 4) return this.value(shape, dtype, emit('natural'));
    const decided = full.filter((value) => value.forms.size > 0);
    if (decided.length === 0 && full.length > 0) return { shape, dtype, forms: new Map(), make: emit };
    const order = this.#commonOrder(
      decided.length > 0 ? decided : operands.filter((value) => value.shape.length === 4),
    );
    return this.value(shape, dtype, emit(order), order);
  }

  /** A unary elementwise operator. */
  unary(
    opType: string,
    x: Value,
    dtype: Dtype = x.dtype,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    return this.elementwise(opType, [x], x.shape, dtype, attributes);
  }

  /** A constant of rank 0 as an operand. */
  number(constant: number, dtype: Dtype = 'float32'): Value {
    return this.value([], dtype, this.graph.scalar(constant, dtype));
  }

  /** The graph value in which a result leaves the graph, and its order. */
  result(value: Value): { name: ValueName; order: Order } {
    if (!value.forms.has('natural') && value.shape.length === 4) {
      const [order] = value.forms.keys();
      if (order !== undefined) return { name: value.forms.get(order)!, order };
    }
    return { name: this.natural(value), order: 'natural' };
  }

  /** A small or scalar operand in `order`, its rank filled up with leading axes of length 1 where the order needs it. */
  #aligned(value: Value, order: Order, rank: number): ValueName {
    if (order === 'natural' || sizeOf(value.shape) === 1) {
      return sizeOf(value.shape) === 1 &&
        value.shape.length > 0 &&
        value.shape.length === rank &&
        order !== 'natural'
        ? this.get(value, order)
        : this.natural(value);
    }
    const shape = [...new Array<number>(rank - value.shape.length).fill(1), ...value.shape];
    return this.get(this.reshaped(value, shape), order);
  }

  #commonOrder(values: readonly Value[]): Order {
    for (const order of ['channels-first', 'filter'] as const) {
      if (values.some((value) => this.readyOrder(value) === order)) return order;
    }
    return 'natural';
  }

  #inOrder(value: Value, order: Order): ValueName {
    const { shape, forms } = value;
    for (const [from, name] of forms) {
      if (sameInMemory(shape, from, order)) return this.reshape(name, physicalShape(shape, order));
    }
    if (forms.size === 0) {
      const physical = physicalShape(shape, order);
      if (value.constant !== undefined) {
        const scalar = this.graph.scalar(value.constant, value.dtype);
        return shape.length === 0 ? scalar : this.graph.node('Expand', [scalar, this.graph.int64(physical)]);
      }
      if (value.smaller !== undefined) {
        return this.graph.node('Expand', [this.get(value.smaller, order), this.graph.int64(physical)]);
      }
      if (value.make === undefined) throw new Error('A value without a form, a constant or a maker');
      return value.make(order);
    }
    if (order === 'natural') {
      const [from, name] = forms.entries().next().value!;
      return from === 'filter'
        ? this.#naturalFromFilter(name, shape)
        : this.graph.node('Transpose', [name], { perm: inverse(axesOf(from, shape.length)) });
    }
    const natural = this.natural(value);
    return order === 'filter'
      ? this.#filterFromNatural(natural, shape)
      : this.graph.node('Transpose', [natural], { perm: axesOf(order, shape.length) });
  }

  // onnxruntime moves one axis fast and two slowly: filters turn in two steps.
  #filterFromNatural(name: ValueName, [h, w, i, o]: readonly number[]): ValueName {
    const taps = this.transpose(this.reshape(name, [h * w, i, o]), [h * w, i, o], [2, 0, 1]);
    return this.reshape(this.transpose(taps, [o, h * w, i], [0, 2, 1]), [o, i, h, w]);
  }

  #naturalFromFilter(name: ValueName, [h, w, i, o]: readonly number[]): ValueName {
    const taps = this.transpose(this.reshape(name, [o, i, h * w]), [o, i, h * w], [0, 2, 1]);
    return this.reshape(this.transpose(taps, [o, h * w, i], [1, 2, 0]), [h, w, i, o]);
  }
}

/** True where both shapes have the same lengths. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

function inverse(perm: readonly number[]): number[] {
  const result = new Array<number>(perm.length);
  perm.forEach((axis, place) => (result[axis] = place));
  return result;
}
