import { GraphBuilder, type ValueName } from './graph-builder.ts';
import {
  OnnxSession,
  type CardTensor,
  type HostTensor,
  type NativeSessionOptions,
  type Owned,
} from './native-session.ts';

/** Numbers of a float32 tensor on a graphics card. */
export class CardArray {
  readonly #memory: CardMemory;
  #tensor: Owned<CardTensor> | null;

  /** To be made by CardMemory alone. */
  constructor(memory: CardMemory, tensor: Owned<CardTensor>) {
    this.#memory = memory;
    this.#tensor = tensor;
  }

  /**
   * As a graph may read it, in any shape of the same size.
   * @throws Error where it was released: onnxruntime would end the process
   */
  as(dims: readonly number[]): CardTensor {
    if (this.#tensor === null) throw new Error('Numbers on the graphics card were read after their release');
    return { type: 'float32', dims, gpuBuffer: this.#tensor.gpuBuffer, location: 'gpu-buffer' };
  }

  /** Gives the memory back. */
  release(): void {
    this.#tensor?.dispose();
    this.#tensor = null;
    this.#memory.forget(this);
  }
}

/** A graph of one input and one output that are the same. */
interface Carrier {
  session: OnnxSession;
  from: ValueName;
  to: ValueName;
}

/**
 * Tensors on the graphics card, and the way to it and back: the binding can leave outputs there and read them as inputs,
 * but copies none by itself, so that a graph which changes nothing carries them.
 */
export class CardMemory {
  readonly #options: NativeSessionOptions;
  readonly #living = new Set<CardArray>();
  #carriers: { up: Carrier; down: Carrier } | null = null;

  constructor(options: NativeSessionOptions) {
    this.#options = options;
  }

  /** Takes over what a graph has left on the card. */
  adopt(tensor: Owned<CardTensor>): CardArray {
    // The card's memory goes with the last graph: as long as there are tensors on it, one is there.
    this.#open();
    const array = new CardArray(this, tensor);
    this.#living.add(array);
    return array;
  }

  /** Copies numbers to the card. */
  upload(data: Float32Array): CardArray {
    const { session, from, to } = this.#open().up;
    const carried = session.run(
      { [from]: { type: 'float32', dims: [data.length], data, location: 'cpu' } },
      { [to]: null },
    );
    return this.adopt(carried[to] as Owned<CardTensor>);
  }

  /** Copies `size` numbers from the card. */
  download(array: CardArray, size: number): Float32Array {
    const { session, from, to } = this.#open().down;
    const dims = [size];
    const carried = session.run({ [from]: array.as(dims) }, { [to]: null });
    return (carried[to] as HostTensor).data as Float32Array;
  }

  /** To be called by CardArray alone. */
  forget(array: CardArray): void {
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
