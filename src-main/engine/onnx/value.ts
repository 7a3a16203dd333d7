import type { TensorDtype, ValueName } from './graph-builder.ts';
import type { Order } from './layout.ts';

/** A tensor while its graph is written: its logical shape, and the graph values that hold it. */
export type Value = WrittenValue | PendingValue | OpenConvolution | BroadcastValue | ConstantValue;

interface AnyValue {
  readonly shape: readonly number[];
  readonly dtype: TensorDtype;
  /** The graph values that hold it, one per axis order; empty until the first request. */
  readonly forms: Map<Order, ValueName>;
}

/** A graph node has made it. */
export interface WrittenValue extends AnyValue {
  readonly kind: 'written';
}

/** It is written on request. */
export interface PendingValue extends AnyValue {
  readonly kind: 'pending';
  /** Writes it, in the requested order or in a preferred one. */
  readonly make: (order: Order) => Form;
  /** The order it will have, if fixed. */
  readonly willBe?: Order;
}

/** A convolution without readers yet: bias, sum and ReLU can still be fused into it. */
export interface OpenConvolution extends AnyValue {
  readonly kind: 'open-convolution';
  readonly completion: Completion;
  readonly write: (completion: Completion) => Form;
  /** The order it will have. */
  readonly willBe: Order;
}

/** `smaller`, of equal rank, broadcast; not written next to a full-size operand. */
export interface BroadcastValue extends AnyValue {
  readonly kind: 'broadcast';
  readonly smaller: Value;
}

/** Every element is `constant`; the array is written only on request. */
export interface ConstantValue extends AnyValue {
  readonly kind: 'constant';
  readonly constant: number;
}

/** A tensor's numbers in one order. */
export interface Form {
  name: ValueName;
  order: Order;
}

/** Operations that onnxruntime applies to a convolution's result while it is in registers. */
export interface Completion {
  /** One number per channel, [channels]. */
  bias?: Value;
  /** A tensor of the result's shape. */
  sum?: Value;
  relu?: boolean;
}

/** The value of all elements; undefined if the value is not a constant. */
export function constantOf(value: Value): number | undefined {
  return value.kind === 'constant' ? value.constant : undefined;
}

/** The same value without further fusion, because several readers share it. */
export function closed(value: Value): Value {
  if (value.kind !== 'open-convolution') return value;
  const { shape, dtype, forms, willBe, write, completion } = value;
  return { kind: 'pending', shape, dtype, forms, willBe, make: () => write(completion) };
}
