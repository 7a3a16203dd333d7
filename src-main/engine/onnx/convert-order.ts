import { itemAt, numberAt, tupleOf, type Tuple } from '../../contract/elements.ts';
import type { GraphBuilder, ValueName } from './graph-builder.ts';
import { isBlocked, movement, physicalShape, type Order } from './layout.ts';
import type { Value } from './value.ts';

/** The interface for moving numbers; the emitter implements it. */
export interface Mover {
  readonly graph: GraphBuilder;
  reshape: (name: ValueName, shape: readonly number[]) => ValueName;
  transpose: (name: ValueName, shape: readonly number[], perm: readonly number[]) => ValueName;
}

/** The domain of onnxruntime's operators on blocked channels. */
export const BLOCKED_DOMAIN = 'com.microsoft.nchwc';

/** Converts an existing form to `order`. */
export function convertOrder(emitter: Mover, value: Value, order: Order): ValueName {
  const { shape, forms } = value;
  const { graph } = emitter;
  const maps = value.dtype === 'float32' && (order.startsWith('channels') || order === 'natural');
  for (const [from, name] of forms) {
    if (!from.startsWith('channels/') || !maps) continue;
    return graph.node(
      'ReorderOutput',
      [name],
      { channels: numberAt(shape, 3), channels_last: Number(order === 'natural') },
      BLOCKED_DOMAIN,
    );
  }
  const [from, name] = [...forms].find(([one]) => !isBlocked(one)) ?? itemAt([...forms], 0);
  if (order.startsWith('channels/') && maps && from !== 'filter') {
    const attributes = { channels_last: Number(from === 'natural') };
    return graph.node('ReorderInput', [name], attributes, BLOCKED_DOMAIN);
  }
  if (from === 'natural' && order === 'filter') return filterFromNatural(emitter, name, tupleOf(shape, 4));
  if (from === 'filter' && order === 'natural') return naturalFromFilter(emitter, name, tupleOf(shape, 4));
  const { lengths, perm } = movement(shape, from, order);
  const moved = emitter.transpose(emitter.reshape(name, lengths), lengths, perm);
  return emitter.reshape(moved, physicalShape(shape, order));
}

// onnxruntime is fast when it moves one axis and slow when it moves two: filters turn in two steps.
function filterFromNatural(emitter: Mover, name: ValueName, [h, w, i, o]: Tuple<number, 4>): ValueName {
  const taps = emitter.transpose(emitter.reshape(name, [h * w, i, o]), [h * w, i, o], [2, 0, 1]);
  return emitter.reshape(emitter.transpose(taps, [o, h * w, i], [0, 2, 1]), [o, i, h, w]);
}

function naturalFromFilter(emitter: Mover, name: ValueName, [h, w, i, o]: Tuple<number, 4>): ValueName {
  const taps = emitter.transpose(emitter.reshape(name, [o, i, h * w]), [o, i, h * w], [0, 2, 1]);
  return emitter.reshape(emitter.transpose(taps, [o, h * w, i], [1, 2, 0]), [h, w, i, o]);
}
