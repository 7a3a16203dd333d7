import { tupleOf } from '../../../contract/elements.ts';
import { BLOCKED_DOMAIN } from '../convert-order.ts';
import type { Emitter } from '../emitter.ts';
import type { Attribute, ValueName } from '../graph-builder.ts';
import { isBlocked, type Order } from '../layout.ts';
import type { Completion, Form, Value } from '../value.ts';

/**
 * A convolution into which a bias, a sum and a ReLU can still be fused. It is blocked if inputs and outputs
 * fill whole blocks, otherwise on plain channels.
 * @param shape of the result, [n, height, width, outputs].
 * @param attributes named as in ONNX.
 */
export function openConvolution(
  emitter: Emitter,
  x: Value,
  filter: Value,
  shape: readonly number[],
  attributes: Readonly<Record<string, Attribute>>,
): Value {
  const [, , i, o] = tupleOf(filter.shape, 4);
  const order = emitter.mapOrder(i, o);
  const filterOrder = emitter.filterOrder(i, o);
  const write = (completion: Completion): Form => {
    const inputs = [emitter.get(x, order), emitter.get(filter, filterOrder)] as const;
    return { name: writeConvolution(emitter, inputs, attributes, completion, order), order };
  };
  return emitter.open(shape, write, order);
}

/** Writes a convolution's node with its fused operations. */
function writeConvolution(
  emitter: Emitter,
  [x, filter]: readonly [x: ValueName, filter: ValueName],
  attributes: Readonly<Record<string, Attribute>>,
  completion: Completion,
  order: Order,
): ValueName {
  if (emitter.target !== 'processor') return writeApart(emitter, [x, filter], attributes, completion, order);
  const { bias, sum, relu } = completion;
  const completed = bias !== undefined || sum !== undefined || relu === true;
  const inputs: ValueName[] = [x, filter];
  if (bias !== undefined || sum !== undefined) inputs.push(bias === undefined ? '' : emitter.natural(bias));
  if (sum !== undefined) inputs.push(emitter.get(sum, order));
  const all = relu === true ? { ...attributes, activation: 'Relu' } : attributes;
  if (isBlocked(order)) return emitter.graph.node('Conv', inputs, all, BLOCKED_DOMAIN);
  if (!completed) return emitter.graph.node('Conv', inputs, all);
  return emitter.graph.node('FusedConv', inputs, all, 'com.microsoft');
}

/** The same with operators of the ONNX standard, one per operation: a GPU has no fused ones. */
function writeApart(
  emitter: Emitter,
  inputs: readonly ValueName[],
  attributes: Readonly<Record<string, Attribute>>,
  { bias, sum, relu }: Completion,
  order: Order,
): ValueName {
  const { graph } = emitter;
  let name = graph.node('Conv', bias === undefined ? inputs : [...inputs, emitter.natural(bias)], attributes);
  if (sum !== undefined) name = graph.node('Add', [name, emitter.get(sum, order)]);
  return relu === true ? graph.node('Relu', [name]) : name;
}
