import type { Dtype, ValueName } from './graph-builder.ts';
import type { Order } from './layout.ts';

/** A tensor while its graph is being written: its logical shape, and the graph values that hold it. */
export type Value = WrittenValue | PendingValue | OpenConvolution | BroadcastValue | ConstantValue;

interface AnyValue {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  /** The graph values that hold it, one per axis order; empty until somebody asks for it. */
  readonly forms: Map<Order, ValueName>;
}

/** A graph node has made it. */
export interface WrittenValue extends AnyValue {
  readonly kind: 'written';
}

/** It is written when somebody asks. */
export interface PendingValue extends AnyValue {
  readonly kind: 'pending';
  /** Writes it, in the order asked for or in one it prefers. */
  readonly make: (order: Order) => Form;
  /** The order it will be made in, where that is settled. */
  readonly willBe?: Order;
}

/** A convolution whose result nobody has asked for: bias, sum and ReLU can still become part of it. */
export interface OpenConvolution extends AnyValue {
  readonly kind: 'open-convolution';
  readonly completion: Completion;
  readonly write: (completion: Completion) => Form;
  /** The order it will be made in. */
  readonly willBe: Order;
}

/** `smaller`, of equal rank, broadcast; not written out beside a full-size operand. */
export interface BroadcastValue extends AnyValue {
  readonly kind: 'broadcast';
  readonly smaller: Value;
}

/** Every element is `constant`; nothing is written out until someone needs the array. */
export interface ConstantValue extends AnyValue {
  readonly kind: 'constant';
  readonly constant: number;
}

/** A tensor's numbers in one order. */
export interface Form {
  name: ValueName;
  order: Order;
}

/** What onnxruntime does to a convolution's result before it leaves the processor's registers. */
export interface Completion {
  /** One number per channel, [channels]. */
  bias?: Value;
  /** A tensor of the result's shape. */
  sum?: Value;
  relu?: boolean;
}

/** The number that every element is; undefined where the value is no constant. */
export function constantOf(value: Value): number | undefined {
  return value.kind === 'constant' ? value.constant : undefined;
}

/** The same value, but a convolution takes up nothing more: several readers share its result. */
export function closed(value: Value): Value {
  if (value.kind !== 'open-convolution') return value;
  const { shape, dtype, forms, willBe, write, completion } = value;
  return { kind: 'pending', shape, dtype, forms, willBe, make: () => write(completion) };
}
