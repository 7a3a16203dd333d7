import * as tf from '@tensorflow/tfjs-core';
import { itemAt } from '../contract/elements.ts';
import { writeGraph } from '../engine/onnx/compile-graph.ts';
import type { TensorDtype } from '../engine/onnx/graph-builder.ts';
import type { LazyBackend } from '../engine/onnx/lazy-backend.ts';
import type { HostArray, RecordedCall, Slot } from '../engine/onnx/slot.ts';
import type { LacssModel } from '../model/create-model.ts';

/** Sizes of a trace: height and width of the image, and number of cells. */
export interface NetworkSize {
  height: number;
  width: number;
  cells: number;
}

/** Content and shape of an input tensor. */
export type LeafSource =
  | { kind: 'image' | 'locations'; name: string }
  /** `of` is the same object in every trace for constant tensors: the weights. */
  | {
      kind: 'numbers';
      name: string;
      of: object;
      type: TensorDtype;
      dims: readonly number[];
      values: () => HostArray;
    };

/** A network traced at one size. */
export interface TracedNetwork {
  size: NetworkSize;
  /** An encoded ONNX ModelProto, with all weights still inputs. */
  model: Uint8Array;
  leaves: LeafSource[];
  /** Names in the graph, by output. */
  outputs: Record<OutputName, string>;
}

/** Outputs of the exported network. */
export const outputNames = ['scores', 'offsets', 'masks', 'origins'] as const;
export type OutputName = (typeof outputNames)[number];

/**
 * Traces the network on an image and cell locations, from image to probabilities. The onnx engine must be
 * active; nothing is computed.
 */
export function traceNetwork(model: LacssModel, size: NetworkSize): TracedNetwork {
  const { height, width, cells } = size;
  const image = tf.zeros<tf.Rank.R4>([1, height, width, model.inputChannels]);
  const locations = tf.zeros<tf.Rank.R2>([cells, 2]);
  const results = tf.tidy(() => runNetwork(model, image, locations));
  const roots = outputNames.map((name) => slotOf(results[name]));
  const { calls, leaves } = ancestry(roots);
  const { model: bytes, inputs, outputs } = writeGraph(calls, leaves, roots);
  const given = new Map<Slot, 'image' | 'locations'>([
    [slotOf(image), 'image'],
    [slotOf(locations), 'locations'],
  ]);
  const weights = new Set([...model.variables.values()].map(slotOf));
  const traced: TracedNetwork = {
    size,
    model: bytes,
    leaves: inputs.map(({ name, leaf, order, dims }): LeafSource => {
      const slot = itemAt(leaves, leaf);
      const kind = given.get(slot);
      if (kind !== undefined) return { kind, name };
      const numbers = { kind: 'numbers', name, of: slot, type: slot.dtype, dims } as const;
      const inOrder = (): HostArray => (tf.backend() as LazyBackend).numbersInOrder(slot, order);
      if (weights.has(slot)) return { ...numbers, values: inOrder };
      // The engine reuses the array when its tensor is disposed.
      const copy = inOrder();
      return { ...numbers, values: () => copy };
    }),
    outputs: Object.fromEntries(
      outputNames.map((name, i) => [name, itemAt(outputs, i).name]),
    ) as TracedNetwork['outputs'],
  };
  tf.dispose([image, locations, results]);
  return traced;
}

/**
 * The network's output for an image and locations, equal to that of the exported file except for leading axes
 * of length 1.
 */
export function runNetwork(
  model: LacssModel,
  image: tf.Tensor4D,
  locations: tf.Tensor2D,
): Record<OutputName, tf.Tensor> {
  const features = model.features(image);
  const { logits, origins } = model.segment(features, locations);
  return {
    scores: tf.sigmoid(features.scoreLogits), // [h, w]
    offsets: tf.transpose(features.offsets, [2, 0, 1]), // [2, h, w]
    masks: tf.sigmoid(logits), // [N, p, p]
    origins, // [N, 2]
  };
}

function slotOf({ dataId }: tf.Tensor): Slot {
  return dataId as Slot;
}

/** The calls that produce the roots, in order of execution, and the tensors that already hold numbers. */
function ancestry(roots: readonly Slot[]): { calls: RecordedCall[]; leaves: Slot[] } {
  const calls = new Set<RecordedCall>();
  const leaves = new Set<Slot>();
  const visit = (slot: Slot): void => {
    const { call } = slot;
    if (call === null) {
      leaves.add(slot);
      return;
    }
    if (calls.has(call)) return;
    for (const input of call.inputs) visit(input);
    calls.add(call);
  };
  for (const root of roots) visit(root);
  return { calls: [...calls], leaves: [...leaves] };
}
