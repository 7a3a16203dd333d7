import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { LacssError } from '../../contract/errors.ts';
import type { Dtype } from './graph-builder.ts';
import type { CardArray } from './card-memory.ts';
import type { Kernel } from './kernels/kernel.ts';
import type { Order } from './layout.ts';

/** The arrays in which tensors lie on the host. */
export type HostArray = Float32Array | Int32Array | Uint8Array;

/**
 * The data of one tensor: an array, or the recorded kernel call that will make it. It serves as the tfjs DataId.
 */
export interface Slot {
  /** The backend it lives in; null after disposal. */
  owner: object | null;
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly size: number;
  /** Interned number of data type and shape. */
  readonly type: number;
  /** tfjs reference count; 0 after disposal. */
  references: number;
  /** Recorded calls, not yet run, that read this slot. */
  pendingReaders: number;
  /** The numbers, in `order`, on the host or on the card; null while they wait to be computed. */
  values: HostArray | CardArray | null;
  order: Order;
  /** How often a graph on a card was fed these numbers from the host. */
  feeds: number;
  /** The recorded call that makes the numbers; null once they are there. */
  call: RecordedCall | null;
  /** The part of the network whose weight it holds; '' where it is none. */
  part: string;
  /** Scratch of the signature: place in the numbering of the current flush. */
  mark: number;
  flush: number;
}

/** A kernel call, recorded and not yet run. */
export interface RecordedCall {
  readonly kernel: Kernel;
  readonly attributes: NamedAttrMap;
  readonly inputs: readonly Slot[];
  /** Shapes in which the call sees its inputs: tfjs reshapes share the data. */
  readonly inputShapes: readonly (readonly number[])[];
  readonly outputs: readonly Slot[];
  /** The part of the network it belongs to, such as `head/conv1`; '' where no weight and no caller tells. */
  readonly part: string;
  /** Interned number of kernel, attributes, input shapes and types. */
  readonly kind: number;
  /** Outputs that are referenced or read. */
  wantedOutputs: number;
}

/** The numbers of a slot. @throws LacssError where the graph that was to make them failed. */
export function numbersOf({ values }: Slot): HostArray | CardArray {
  if (values !== null) return values;
  throw new LacssError('engine-failed', 'A tensor was read whose computation had failed before', {
    remedy: 'Start the work again; the first message says why it failed.',
  });
}
