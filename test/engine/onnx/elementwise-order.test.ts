import { describe, expect, it } from 'vitest';
import { plainOrder, planElementwise, readyOrder } from '../../../src-main/engine/onnx/elementwise-order.ts';
import type { Order } from '../../../src-main/engine/onnx/layout.ts';
import type { Value } from '../../../src-main/engine/onnx/value.ts';

const map = [1, 4, 4, 8];
const common = { dtype: 'float32' as const };

function written(order: Order, shape: readonly number[] = map): Value {
  return { kind: 'written', ...common, shape, forms: new Map([[order, 'v']]) };
}
function pending(willBe?: Order): Value {
  const make = () => ({ name: 'v', order: willBe ?? 'natural' });
  const settled = willBe === undefined ? {} : { willBe };
  return { kind: 'pending', ...common, shape: map, forms: new Map(), make, ...settled };
}
function broadcast(smaller: Value): Value {
  return { kind: 'broadcast', ...common, shape: map, forms: new Map(), smaller };
}
const constant: Value = { kind: 'constant', ...common, shape: map, forms: new Map(), constant: 2 };

describe('an elementwise operator', () => {
  it('keeps the blocks, else whole channels, that an operand has', () => {
    const plan = (...operands: Value[]) => planElementwise(operands, map);
    expect(plan(written('natural'), written('channels/8'))).toEqual({ kind: 'written', order: 'channels/8' });
    expect(plan(written('natural'), written('channels-first'))).toEqual({
      kind: 'written',
      order: 'channels-first',
    });
    expect(plan(pending('channels/8'), constant)).toEqual({ kind: 'written', order: 'channels/8' });
  });

  it('waits while no full-size operand has an order', () => {
    expect(planElementwise([pending(), constant], map)).toEqual({ kind: 'pending' });
    expect(planElementwise([pending(), written('channels-first')], map).kind).toBe('written');
  });

  it('of broadcasts of one shape works at that shape', () => {
    const small = [1, 1, 1, 8];
    const spread = broadcast(written('natural', small));
    expect(planElementwise([spread, constant], map)).toEqual({ kind: 'broadcast', shape: small });
    expect(planElementwise([spread, spread], map)).toEqual({ kind: 'broadcast', shape: small });
    expect(planElementwise([spread, broadcast(written('natural', [1, 4, 1, 1]))], map).kind).toBe('written');
    expect(planElementwise([spread, written('channels-first')], map)).toEqual({
      kind: 'written',
      order: 'channels-first',
    });
  });

  it('of other ranks is in tfjs order', () => {
    expect(planElementwise([written('natural', [3])], [3])).toEqual({ kind: 'written', order: 'natural' });
  });
});

it('a value is read in an order that exists, or will', () => {
  expect(readyOrder(pending('channels/8'))).toBe('channels/8');
  expect(plainOrder(pending('channels/8'))).toBe('channels-first');
  expect(readyOrder(broadcast(written('channels-first', [1, 1, 1, 8])))).toBe('channels-first');
  expect(readyOrder(constant)).toBe('natural');
});
