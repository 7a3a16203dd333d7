import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { LacssError } from '../../contract/errors.ts';
import type { TensorDtype } from './graph-builder.ts';
import type { GpuArray } from './gpu-memory.ts';
import type { Kernel } from './kernel.ts';
import type { Order } from './layout.ts';

/** Arrays of tensors in main memory. */
export type HostArray = Float32Array | Int32Array | Uint8Array;

/**
 * The data of one tensor: an array, or the recorded kernel call that computes it. It serves as the tfjs
 * DataId.
 */
export interface Slot {
  /** The backend that owns it; null after disposal. */
  owner: object | null;
  readonly shape: readonly number[];
  readonly dtype: TensorDtype;
  readonly size: number;
  /** Interned number of data type and shape. */
  readonly type: number;
  /** tfjs reference count; 0 after disposal. */
  references: number;
  /** Number of pending calls that read this slot. */
  pendingReaders: number;
  /** The numbers, in `order`, in main or GPU memory; null until they are computed. */
  values: HostArray | GpuArray | null;
  order: Order;
  /** How often a GPU graph read these numbers from the host. */
  feeds: number;
  /** The recorded call that computes the numbers; null once they exist. */
  call: RecordedCall | null;
  /** The part of the network whose weight it holds; '' if none. */
  part: string;
  /** Temporary position in the numbering of the current flush. */
  mark: number;
  flush: number;
}

/** A kernel call, recorded and not yet run. */
export interface RecordedCall {
  readonly kernel: Kernel;
  readonly attributes: NamedAttrMap;
  readonly inputs: readonly Slot[];
  /** Shapes of its inputs at the call: tfjs reshapes share the data. */
  readonly inputShapes: readonly (readonly number[])[];
  readonly outputs: readonly Slot[];
  /** Its part of the network, such as `head/conv1`; '' if unknown. */
  readonly part: string;
  /** Interned number of kernel, attributes, input shapes and types. */
  readonly kind: number;
  /** Outputs that are referenced or read. */
  wantedOutputs: number;
}

/** The numbers of a slot. @throws LacssError if their graph failed */
export function numbersOf({ values }: Slot): HostArray | GpuArray {
  if (values !== null) return values;
  throw new LacssError('engine-failed', 'The computation of a tensor has failed, so it cannot be read', {
    remedy: 'Start again. The first message says why it failed.',
  });
}
