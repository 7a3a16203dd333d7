import { isBlocked, sameShape, sizeOf, unblocked, type Order } from './layout.ts';
import type { Value } from './value.ts';

/** How an elementwise operator is written. */
export type ElementwisePlan =
  /**
   * All operands are broadcasts of one shape: the operator runs at that shape, and its result is broadcast.
   */
  | { kind: 'broadcast'; shape: readonly number[] }
  /** No full-size operand has a fixed order yet, so the result has none either. */
  | { kind: 'pending' }
  /** The result is written in the order of its operands. */
  | { kind: 'written'; order: Order };

/** Plans an elementwise operator with a result of `shape`, so that its operands need no conversion. */
export function planElementwise(operands: readonly Value[], shape: readonly number[]): ElementwisePlan {
  const full = operands.filter((value) => isFull(value, shape));
  if (full.length === 0) {
    const common = commonBroadcast(operands, shape);
    if (common !== null) return { kind: 'broadcast', shape: common };
  }
  if (shape.length !== 4) return { kind: 'written', order: 'natural' };
  const settled = full.filter(isSettled);
  if (settled.length === 0 && full.length > 0) return { kind: 'pending' };
  const deciding = settled.length > 0 ? settled : operands.filter((value) => value.shape.length === 4);
  return { kind: 'written', order: commonOrder(deciding) };
}

/** Whether a value has the result's full size: neither a constant nor a broadcast. */
export function isFull(value: Value, shape: readonly number[]): boolean {
  return value.kind !== 'broadcast' && value.kind !== 'constant' && sameShape(value.shape, shape);
}

/**
 * Whether operands can be combined in blocks: a broadcast along whole axes cannot be combined with a blocked
 * value.
 */
export function canMeetInBlocks(operands: readonly Value[], shape: readonly number[]): boolean {
  return operands.every(
    (value) =>
      isFull(value, shape) ||
      value.kind === 'constant' ||
      sizeOf((value.kind === 'broadcast' ? value.smaller : value).shape) === 1,
  );
}

/** An existing order of `value`, for a kernel that works in any order. */
export function readyOrder(value: Value): Order {
  if (value.shape.length !== 4) return 'natural';
  const willBe = orderToBe(value);
  if (willBe !== undefined) return willBe;
  for (const order of value.forms.keys()) if (isBlocked(order)) return order;
  if (value.forms.has('channels-first')) return 'channels-first';
  const [first] = value.forms.keys();
  if (first !== undefined) return first;
  return value.kind === 'broadcast' ? readyOrder(value.smaller) : 'natural';
}

/** The same for a kernel that needs unblocked axes. */
export function plainOrder(value: Value): Order {
  if (value.forms.has('channels-first')) return 'channels-first';
  for (const order of value.forms.keys()) if (!isBlocked(order)) return order;
  return unblocked(readyOrder(value));
}

function orderToBe(value: Value): Order | undefined {
  return value.kind === 'pending' || value.kind === 'open-convolution' ? value.willBe : undefined;
}

function isSettled(value: Value): boolean {
  return value.forms.size > 0 || orderToBe(value) !== undefined;
}

/**
 * The common shape that all operands are broadcast from, if one of them fills `shape` and none is written;
 * null otherwise.
 */
function commonBroadcast(operands: readonly Value[], shape: readonly number[]): readonly number[] | null {
  const first = operands.find(isUnwrittenBroadcast);
  if (first === undefined || !sameShape(first.shape, shape)) return null;
  const common = first.smaller.shape;
  const fits = operands.every(
    (value) =>
      value.kind === 'constant' ||
      (sizeOf(value.shape) === 1 && value.shape.length <= common.length) ||
      (isUnwrittenBroadcast(value) && sameShape(value.smaller.shape, common)),
  );
  return fits ? common : null;
}

function isUnwrittenBroadcast(value: Value): value is Extract<Value, { kind: 'broadcast' }> {
  return value.kind === 'broadcast' && value.forms.size === 0;
}

function commonOrder(values: readonly Value[]): Order {
  const orders = values.map(readyOrder);
  return orders.find(isBlocked) ?? orders.find((order) => order !== 'natural') ?? 'natural';
}
