import type { Dtype, ValueName } from './graph-builder.ts';
import type { Order } from './layout.ts';

/** A tensor while its graph is being written: its logical shape, and the graph values that hold it. */
export interface Value {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  /** The graph values that hold it, one an axis order. */
  readonly forms: Map<Order, ValueName>;
  /** Makes it when somebody asks, in the order asked for first or in one it prefers. */
  readonly make?: (order: Order) => Form;
  /** The order it will be made in, where that is settled though it is not yet made. */
  readonly willBe?: Order;
  /** Every element has this value; nothing is written out until someone needs the array. */
  readonly constant?: number;
  /** This value is `smaller` (of equal rank), broadcast; not written out beside a full-size operand. */
  readonly smaller?: Value;
  /** A convolution, not yet written, that takes up what follows it. */
  readonly convolution?: OpenConvolution;
}

/** A tensor's numbers in one order. */
export interface Form {
  name: ValueName;
  order: Order;
}

/** What onnxruntime does to a convolution's result before it leaves the processor's registers. */
export interface Completion {
  /** One number a channel, [channels]. */
  bias?: Value;
  /** A tensor of the result's shape. */
  sum?: Value;
  relu?: boolean;
}

/** A convolution whose result nobody has seen yet: bias, sum and ReLU can still become part of it. */
export interface OpenConvolution {
  readonly completion: Completion;
  readonly write: (completion: Completion) => Form;
}
