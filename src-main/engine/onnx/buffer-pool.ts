import type { TensorDtype } from './graph-builder.ts';
import type { HostArray } from './slot.ts';

/** Largest number of bytes kept for reuse; the rest is garbage-collected. */
const KEPT_BYTES = 512 * 2 ** 20;

/** Keeps unused arrays, so that a warm training step allocates nothing. */
export class BufferPool {
  readonly #free = new Map<string, HostArray[]>();
  #bytes = 0;

  /** An array of `size` elements. Its contents are arbitrary. */
  take(dtype: TensorDtype, size: number): HostArray {
    const array = this.#free.get(`${dtype}${size}`)?.pop();
    if (array !== undefined) {
      this.#bytes -= array.byteLength;
      return array;
    }
    return newArray(dtype, size);
  }

  /** Returns an array. The caller must hold no other reference to it. */
  giveBack(dtype: TensorDtype, array: HostArray): void {
    if (this.#bytes + array.byteLength > KEPT_BYTES) return;
    const key = `${dtype}${array.length}`;
    const list = this.#free.get(key);
    if (list === undefined) this.#free.set(key, [array]);
    else list.push(array);
    this.#bytes += array.byteLength;
  }

  /** Drops all arrays. */
  clear(): void {
    this.#free.clear();
    this.#bytes = 0;
  }
}

function newArray(dtype: TensorDtype, size: number): HostArray {
  switch (dtype) {
    case 'float32':
      return new Float32Array(size);
    case 'int32':
      return new Int32Array(size);
    case 'bool':
      return new Uint8Array(size);
  }
}
