import { numberAt } from '../../contract/elements.ts';
import type { Attribute, TensorDtype, ElementType, GraphBuilder, ValueName } from './graph-builder.ts';
import { elementType } from './graph-builder.ts';
import {
  physicalShape,
  sameInMemory,
  sameShape,
  sizeOf,
  unblocked,
  type BlockedOrder,
  type ChannelBlock,
  type Order,
} from './layout.ts';
import { convertOrder } from './convert-order.ts';
import { canMeetInBlocks, isFull, plainOrder, planElementwise, readyOrder } from './elementwise-order.ts';
import type { Completion, ConstantValue, Form, OpenConvolution, Value, WrittenValue } from './value.ts';

/**
 * Target of a graph. `processor`: this CPU. `webgpu`: a GPU through onnxruntime's webgpu provider, which
 * lacks some operators. `anywhere`: any machine, with operators of the ONNX standard only.
 */
export type GraphTarget = 'processor' | 'webgpu' | 'anywhere';

/** The writing interface of a kernel's `emit`: graph nodes, and values in the axis order it needs. */
export class Emitter {
  readonly graph: GraphBuilder;
  /** Channels per block; 1 without blocks. */
  readonly block: ChannelBlock;
  readonly target: GraphTarget;
  /** The values from which reshaped graph values came. */
  readonly #originals = new Map<ValueName, ValueName>();
  /** Known physical shapes of graph values. */
  readonly #shapes = new Map<ValueName, readonly number[]>();

  constructor(graph: GraphBuilder, block: ChannelBlock, target: GraphTarget = 'processor') {
    this.graph = graph;
    this.block = block;
    this.target = target;
  }

  /**
   * The order in which this CPU convolves maps with these numbers of channels: in blocks if they fill whole
   * blocks.
   */
  mapOrder(...channels: readonly number[]): 'channels-first' | BlockedOrder {
    const { block } = this;
    return block === 1 || channels.some((count) => count % block > 0)
      ? 'channels-first'
      : `channels/${block}`;
  }

  /** The filter order that matches `mapOrder`. */
  filterOrder(...channels: readonly number[]): 'filter' | BlockedOrder {
    const { block } = this;
    return block === 1 || channels.some((count) => count % block > 0) ? 'filter' : `filter/${block}`;
  }

  /**
   * The result of a convolution, or of a norm, which ends with one; written on demand.
   * @param completion operations it already includes
   */
  open(
    shape: readonly number[],
    write: OpenConvolution['write'],
    order: Order,
    completion: Completion = {},
  ): OpenConvolution {
    return this.#opened(shape, this.#inThisPart(write), completion, order);
  }

  /** `value` with further operations fused into its convolution; null if that is no longer possible. */
  completed(value: Value, more: Completion): Value | null {
    if (value.kind !== 'open-convolution' || value.forms.size > 0) return null;
    const { shape, completion, write, willBe } = value;
    if (completion.relu === true || (more.bias !== undefined && completion.sum !== undefined)) return null;
    if (Object.keys(more).some((key) => key in completion)) return null;
    return this.#opened(shape, write, { ...completion, ...more }, willBe);
  }

  #opened(
    shape: readonly number[],
    write: OpenConvolution['write'],
    completion: Completion,
    willBe: Order,
  ): OpenConvolution {
    const forms = new Map();
    return { kind: 'open-convolution', shape, dtype: 'float32', forms, completion, write, willBe };
  }

  /** Declares a graph input that holds a tensor in `order`. */
  input(shape: readonly number[], dtype: TensorDtype, order: Order): ValueName {
    const physical = physicalShape(shape, order);
    const name = this.graph.input(physical, dtype);
    this.#shapes.set(name, physical);
    return name;
  }

  /** Repeats each pixel of a map, channels first in memory, `fy` times down and `fx` times across. */
  repeatPixels(name: ValueName, fy: number, fx: number): ValueName {
    // onnxruntime has a fast path for this operator at 2 × 2; Expand takes ten times as long.
    const scales = this.graph.tensor([1, 1, fy, fx], [4]);
    return this.graph.node('Resize', [name, '', scales], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
  }

  /** A value that already exists as `name`. */
  value(
    shape: readonly number[],
    dtype: TensorDtype,
    name: ValueName,
    order: Order = 'natural',
  ): WrittenValue {
    this.shaped(name, physicalShape(shape, order));
    return { kind: 'written', shape, dtype, forms: new Map([[order, name]]) };
  }

  /** A value with all elements equal to `constant`. */
  constant(shape: readonly number[], dtype: TensorDtype, constant: number): ConstantValue {
    return { kind: 'constant', shape, dtype, forms: new Map(), constant };
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
      this.shaped(name, physicalShape(value.shape, order));
      value.forms.set(order, name);
    }
    return name;
  }

  /** `value` with another shape of the same size. */
  reshaped(value: Value, shape: readonly number[]): Value {
    if (sameShape(value.shape, shape)) return value;
    if (value.kind === 'constant') return this.constant(shape, value.dtype, value.constant);
    return {
      kind: 'pending',
      shape,
      dtype: value.dtype,
      forms: new Map(),
      make: this.#inThisPart(() => ({ name: this.reshape(this.natural(value), shape), order: 'natural' })),
    };
  }

  /** `smaller` broadcast to `shape`, of equal rank. */
  broadcast(smaller: Value, shape: readonly number[]): Value {
    if (sameShape(smaller.shape, shape)) return smaller;
    if (smaller.kind === 'constant') return this.constant(shape, smaller.dtype, smaller.constant);
    return { kind: 'broadcast', shape, dtype: smaller.dtype, forms: new Map(), smaller };
  }

  /** Records the physical shape of a value, so that reshaping it to that shape costs nothing. */
  shaped(name: ValueName, shape: readonly number[]): ValueName {
    if (!this.#originals.has(name)) this.#shapes.set(name, shape);
    return name;
  }

  /** A Reshape node, applied to the original of a reshaped value. No node if the shape is already right. */
  reshape(name: ValueName, shape: readonly number[]): ValueName {
    const original = this.#originals.get(name) ?? name;
    for (const same of [name, original]) {
      const known = this.#shapes.get(same);
      if (known !== undefined && sameShape(known, shape)) return same;
    }
    const attributes = shape.includes(0) ? { allowzero: 1 } : {};
    const reshaped = this.graph.node('Reshape', [original, this.graph.int64(shape)], attributes);
    this.#originals.set(reshaped, original);
    this.#shapes.set(reshaped, shape);
    return reshaped;
  }

  /** A Transpose node; a Reshape if nothing moves in memory. */
  transpose(name: ValueName, shape: readonly number[], perm: readonly number[]): ValueName {
    const long = perm.filter((axis) => numberAt(shape, axis) > 1);
    if (long.every((axis, i) => i === 0 || axis > numberAt(long, i - 1))) {
      return this.reshape(
        name,
        perm.map((axis) => numberAt(shape, axis)),
      );
    }
    return this.graph.node('Transpose', [name], { perm });
  }

  /** A Cast node. */
  cast(name: ValueName, dtype: ElementType): ValueName {
    return this.graph.node('Cast', [name], { to: elementType[dtype] });
  }

  /**
   * An elementwise operator with broadcasting, in the existing order of its operands. If that order is not
   * fixed yet, the result's is not either. If all operands are broadcasts, the result is a broadcast.
   */
  elementwise(
    opType: string,
    operands: readonly Value[],
    shape: readonly number[],
    dtype: TensorDtype,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    const plan = planElementwise(operands, shape);
    if (plan.kind === 'broadcast') {
      const small = operands.map((value) => {
        if (value.kind === 'constant') return this.constant([], value.dtype, value.constant);
        return value.kind === 'broadcast' ? value.smaller : value;
      });
      return this.broadcast(this.elementwise(opType, small, plan.shape, dtype, attributes), shape);
    }
    const hasFull = operands.some((value) => isFull(value, shape));
    const inBlocks = canMeetInBlocks(operands, shape);
    const emit = (wished: Order): Form => {
      const order = inBlocks ? wished : unblocked(wished);
      const names = operands.map((value) =>
        hasFull ? this.#besideFull(value, order, shape.length) : this.#aligned(value, order, shape.length),
      );
      return { name: this.graph.node(opType, names, attributes), order };
    };
    if (plan.kind === 'pending') {
      return { kind: 'pending', shape, dtype, forms: new Map(), make: this.#inThisPart(emit) };
    }
    const { name, order } = emit(plan.order);
    return this.value(shape, dtype, name, order);
  }

  /** a + b, fused into the convolution of one operand if possible. */
  add(a: Value, b: Value, shape: readonly number[], dtype: TensorDtype): Value {
    for (const [result, other] of [
      [a, b],
      [b, a],
    ] as const) {
      if (result.kind !== 'open-convolution' || !sameShape(result.shape, shape)) continue;
      const channels = shape[3];
      const isBias =
        other.shape.at(-1) === channels && sizeOf(other.shape) === channels && other.kind !== 'constant';
      const more = isBias
        ? { bias: this.reshaped(other, [channels]) }
        : sameShape(other.shape, shape) && other.kind !== 'constant' && { sum: other };
      const completed = more === false ? null : this.completed(result, more);
      if (completed !== null) return completed;
    }
    return this.elementwise('Add', [a, b], shape, dtype);
  }

  /** max(x, 0), fused into the convolution of x if possible. */
  relu(x: Value): Value {
    return this.completed(x, { relu: true }) ?? this.unary('Relu', x);
  }

  /** A unary elementwise operator. */
  unary(
    opType: string,
    x: Value,
    dtype: TensorDtype = x.dtype,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    return this.elementwise(opType, [x], x.shape, dtype, attributes);
  }

  /** A constant of rank 0 as an operand. */
  number(constant: number, dtype: TensorDtype = 'float32'): Value {
    return this.value([], dtype, this.graph.scalar(constant, dtype));
  }

  /** The output value of a result, and its order. */
  result(value: Value): Form & { dims: readonly number[] } {
    const order = this.#resultOrder(value);
    const name = this.get(value, order);
    // A reshaped value is output in its original shape: reshaping the output would copy it.
    const original = this.#originals.get(name);
    const dims = original === undefined ? undefined : this.#shapes.get(original);
    return dims === undefined
      ? { name, order, dims: physicalShape(value.shape, order) }
      : { name: original!, order, dims };
  }

  /** Defers `make`. Its nodes then belong to the current part. */
  #inThisPart<A>(make: (argument: A) => Form): (argument: A) => Form {
    const { graph } = this;
    const { part } = graph;
    return (argument) => {
      const asking = graph.part;
      graph.part = part;
      try {
        return make(argument);
      } finally {
        graph.part = asking;
      }
    };
  }

  #resultOrder(value: Value): Order {
    if (value.forms.has('natural') || value.shape.length !== 4) return 'natural';
    const ready = readyOrder(value);
    // Filters stay blocked from step to step; the readers of a map are unknown.
    return ready.startsWith('channels/') ? plainOrder(value) : ready;
  }

  /** An operand next to a full-size one: onnxruntime broadcasts the smaller operand. */
  #besideFull(value: Value, order: Order, rank: number): ValueName {
    if (value.kind === 'constant') return this.graph.scalar(value.constant, value.dtype);
    const isUnwritten = value.kind === 'broadcast' && value.forms.size === 0;
    return this.#aligned(isUnwritten ? value.smaller : value, order, rank);
  }

  /** A small or scalar operand in `order`, with leading axes of length 1 added where the order needs them. */
  #aligned(value: Value, order: Order, rank: number): ValueName {
    if (order === 'natural' || sizeOf(value.shape) === 1) {
      return sizeOf(value.shape) === 1 &&
        value.shape.length > 0 &&
        value.shape.length === rank &&
        order !== 'natural'
        ? this.get(value, unblocked(order))
        : this.natural(value);
    }
    const shape = [...new Array<number>(rank - value.shape.length).fill(1), ...value.shape];
    return this.get(this.reshaped(value, shape), order);
  }

  #inOrder(value: Value, order: Order): ValueName {
    const { shape, forms } = value;
    if (forms.size === 0) {
      const made = this.#make(value, order);
      forms.set(made.order, made.name);
    }
    for (const [from, name] of forms) {
      if (sameInMemory(shape, from, order)) return this.reshape(name, physicalShape(shape, order));
    }
    return convertOrder(this, value, order);
  }

  /** Writes a value that has no form yet. */
  #make(value: Value, order: Order): Form {
    const physical = physicalShape(value.shape, order);
    switch (value.kind) {
      case 'constant': {
        const scalar = this.graph.scalar(value.constant, value.dtype);
        const name =
          physical.length === 0 ? scalar : this.graph.node('Expand', [scalar, this.graph.int64(physical)]);
        return { name, order };
      }
      case 'broadcast': {
        const plain = unblocked(order);
        return {
          name: this.graph.node('Expand', [this.get(value.smaller, plain), this.graph.int64(physical)]),
          order: plain,
        };
      }
      case 'pending':
      case 'open-convolution': {
        const made = value.kind === 'pending' ? value.make(order) : value.write(value.completion);
        this.shaped(made.name, physicalShape(value.shape, made.order));
        return made;
      }
      case 'written':
        throw new Error('A written value has no form');
    }
  }
}
