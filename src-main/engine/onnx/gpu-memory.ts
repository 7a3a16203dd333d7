import { GraphBuilder, type ValueName } from './graph-builder.ts';
import {
  OnnxSession,
  type GpuTensor,
  type HostTensor,
  type NativeSessionOptions,
  type Owned,
} from './native-session.ts';

/** A float32 tensor in GPU memory. */
export class GpuArray {
  readonly #memory: GpuMemory;
  #tensor: Owned<GpuTensor> | null;

  /** Only GpuMemory calls this. */
  constructor(memory: GpuMemory, tensor: Owned<GpuTensor>) {
    this.#memory = memory;
    this.#tensor = tensor;
  }

  /**
   * The tensor in any shape of the same size, as a graph input.
   * @throws Error after release: onnxruntime would end the process
   */
  as(dims: readonly number[]): GpuTensor {
    if (this.#tensor === null) throw new Error('A tensor in GPU memory was read after its release');
    return { type: 'float32', dims, gpuBuffer: this.#tensor.gpuBuffer, location: 'gpu-buffer' };
  }

  /** Frees the memory. */
  release(): void {
    this.#tensor?.dispose();
    this.#tensor = null;
    this.#memory.forget(this);
  }
}

/** An identity graph: one input, one equal output. */
interface Carrier {
  session: OnnxSession;
  from: ValueName;
  to: ValueName;
}

/**
 * Tensors in GPU memory, with upload and download. The binding can leave outputs on the GPU and read them as
 * inputs, but it copies none itself. An identity graph copies them instead.
 */
export class GpuMemory {
  readonly #options: NativeSessionOptions;
  readonly #living = new Set<GpuArray>();
  #carriers: { up: Carrier; down: Carrier } | null = null;

  constructor(options: NativeSessionOptions) {
    this.#options = options;
  }

  /** Takes ownership of an output that a graph left on the GPU. */
  adopt(tensor: Owned<GpuTensor>): GpuArray {
    // The GPU memory is freed with the last graph, so one must stay open while tensors exist.
    this.#open();
    const array = new GpuArray(this, tensor);
    this.#living.add(array);
    return array;
  }

  /** Copies numbers to the GPU. */
  upload(data: Float32Array): GpuArray {
    const { session, from, to } = this.#open().up;
    const carried = session.run(
      { [from]: { type: 'float32', dims: [data.length], data, location: 'cpu' } },
      { [to]: null },
    );
    return this.adopt(carried[to] as Owned<GpuTensor>);
  }

  /** Copies `size` numbers from the GPU. */
  download(array: GpuArray, size: number): Float32Array {
    const { session, from, to } = this.#open().down;
    const dims = [size];
    const carried = session.run({ [from]: array.as(dims) }, { [to]: null });
    return (carried[to] as HostTensor).data as Float32Array;
  }

  /** Only GpuArray calls this. */
  forget(array: GpuArray): void {
    this.#living.delete(array);
  }

  /** Releases everything. */
  dispose(): void {
    for (const array of this.#living) array.release();
    this.#carriers?.up.session.dispose();
    this.#carriers?.down.session.dispose();
    this.#carriers = null;
  }

  #open(): { up: Carrier; down: Carrier } {
    this.#carriers ??= { up: this.#carrier('gpu-buffer'), down: this.#carrier('cpu') };
    return this.#carriers;
  }

  #carrier(place: 'cpu' | 'gpu-buffer'): Carrier {
    const graph = new GraphBuilder();
    const from = graph.input(['n'], 'float32');
    const to = graph.output(graph.node('Identity', [from]), ['n'], 'float32');
    const options = { ...this.#options, preferredOutputLocation: { [to]: place } };
    return { session: new OnnxSession(graph.encode(), options), from, to };
  }
}
