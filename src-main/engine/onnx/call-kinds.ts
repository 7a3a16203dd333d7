import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { TensorDtype } from './graph-builder.ts';
import { asDtype, type Kernel, type TensorSpec } from './kernel.ts';
import { sizeOf } from './layout.ts';

/** An output description with its interned type number, shared by all calls of a kind. */
export interface InternedSpec extends TensorSpec {
  type: number;
  size: number;
}

/** The common properties of calls of one kernel with equal attributes, shapes and types. */
export interface CallKind {
  id: number;
  outputs: readonly InternedSpec[];
}

/** Interns the kinds of recorded calls and the types of their tensors as numbers. */
export class CallKinds {
  readonly #kinds = new Map<string, CallKind>();
  readonly #types = new Map<string, number>();

  /** The kind with that key, or undefined. */
  find(key: string): CallKind | undefined {
    return this.#kinds.get(key);
  }

  /** Creates a kind from the first call with its key. */
  add(key: string, kernel: Kernel, tensors: readonly TensorInfo[], attributes: NamedAttrMap): CallKind {
    const specs = tensors.map(({ shape, dtype }) => ({
      shape,
      dtype: asDtype(dtype, `kernel ${kernel.name}`),
    }));
    const outputs = kernel.infer(specs, attributes).map(({ shape, dtype }) => ({
      shape,
      dtype,
      size: sizeOf(shape),
      type: this.typeOf(dtype, shape),
    }));
    const kind = { id: this.#kinds.size, outputs };
    this.#kinds.set(key, kind);
    return kind;
  }

  /** The number of a data type and shape. */
  typeOf(dtype: TensorDtype, shape: readonly number[]): number {
    const key = `${dtype}${shape.join()}`;
    let type = this.#types.get(key);
    if (type === undefined) {
      type = this.#types.size + 1;
      this.#types.set(key, type);
    }
    return type;
  }
}
