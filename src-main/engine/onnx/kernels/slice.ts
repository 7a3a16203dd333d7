import { numberAt } from '../../../contract/elements.ts';
import { plainOrder } from '../elementwise-order.ts';
import type { Emitter } from '../emitter.ts';
import { axesOf, type Order } from '../layout.ts';
import type { Value } from '../value.ts';

/** Physical positions of logical axes. */
export function physicalAxes(order: Order, rank: number, axes: readonly number[]): number[] {
  const physical = axesOf(order, rank);
  return axes.map((axis) => physical.indexOf(axis));
}

/** A Slice node on logical axes, in the operand's existing order. */
export function slice(
  emitter: Emitter,
  x: Value,
  starts: readonly number[],
  ends: readonly number[],
  steps: readonly number[],
  shape: readonly number[],
): Value {
  const axes = x.shape.flatMap((length, axis) =>
    starts[axis] === 0 && ends[axis] === length && steps[axis] === 1 ? [] : [axis],
  );
  if (axes.length === 0) return x;
  const order = plainOrder(x);
  const { graph } = emitter;
  const name = graph.node('Slice', [
    emitter.get(x, order),
    graph.int64(axes.map((axis) => numberAt(starts, axis))),
    graph.int64(axes.map((axis) => numberAt(ends, axis))),
    graph.int64(physicalAxes(order, x.shape.length, axes)),
    graph.int64(axes.map((axis) => numberAt(steps, axis))),
  ]);
  return emitter.value(shape, x.dtype, name, order);
}
