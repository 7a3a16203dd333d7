import { createRequire } from 'node:module';
import { END_OF_OUTPUTS } from './graph-builder.ts';
import { missingLibrary } from './missing-library.ts';

/**
 * The synchronous face of onnxruntime-node 1.30.0. `session.run` of the public API is asynchronous and cannot serve
 * `dataSync`; the binding underneath is synchronous and takes input views and preallocated outputs without copies.
 * It is internal to the package, hence the exact version in package.json.
 */

/** Element types that cross the border, by their ONNX names. */
export type NativeType = 'float32' | 'int32' | 'bool' | 'int64';

/** What the binding reads of a tensor in the machine's memory. */
export interface HostTensor {
  type: NativeType;
  dims: readonly number[];
  data: Float32Array | Int32Array | Uint8Array | BigInt64Array;
  location: 'cpu';
}

/** A tensor on a graphics card. Read after it was disposed of, it ends the process. */
export interface CardTensor {
  type: NativeType;
  dims: readonly number[];
  /** Something of the binding's, that only the binding can look into. */
  gpuBuffer: unknown;
  location: 'gpu-buffer';
}

export type NativeTensor = HostTensor | CardTensor;

/** A tensor that the binding has made, and that somebody is to give back. */
export type Owned<T extends NativeTensor> = T & { dispose(): void };

/** Options of a session that this engine sets. */
export interface NativeSessionOptions {
  intraOpNumThreads?: number;
  interOpNumThreads?: number;
  graphOptimizationLevel?: 'disabled' | 'basic' | 'extended' | 'all';
  executionMode?: 'sequential' | 'parallel';
  enableCpuMemArena?: boolean;
  enableMemPattern?: boolean;
  enableProfiling?: boolean;
  profileFilePrefix?: string;
  executionProviders?: readonly string[];
  /** Where outputs are left, by their names; the binding refuses it without a provider of a card. */
  preferredOutputLocation?: Record<string, 'cpu' | 'gpu-buffer'>;
  extra?: Record<string, string>;
}

interface NativeSession {
  loadModel(buffer: ArrayBufferLike, byteOffset: number, byteLength: number, options: object): void;
  run(
    feeds: Record<string, NativeTensor>,
    fetches: Record<string, HostTensor | null>,
    options: object,
  ): Record<string, Owned<NativeTensor>>;
  endProfiling(): void;
  dispose(): void;
}

interface NativeBinding {
  InferenceSession: new () => NativeSession;
}

interface NativeModule {
  binding: NativeBinding;
  initOrt: () => void;
}

interface CommonModule {
  env: { versions: { common: string }; logLevel?: string };
}

/** How the binding's message begins when, after a run, it comes to an output that is a sequence. */
const REFUSED_SEQUENCE = 'Non tensor type';

let loaded: NativeModule | undefined;

/**
 * Loads onnxruntime's native library, once.
 * @throws what the loader throws where the platform has no library in the package.
 */
export function loadOnnxRuntime(): { version: string } {
  const require = createRequire(import.meta.url);
  const common = require('onnxruntime-common') as CommonModule;
  if (loaded === undefined) {
    const missing = missingLibrary(process.platform, process.arch);
    if (missing !== null) throw new Error(missing);
    const module = require('onnxruntime-node/dist/binding.js') as NativeModule;
    // What goes wrong is thrown; onnxruntime would write it to the console besides.
    common.env.logLevel = 'fatal';
    module.initOrt();
    loaded = module;
  }
  return { version: common.env.versions.common };
}

/** One ONNX graph, loaded and ready to run. */
export class OnnxSession {
  readonly #session: NativeSession;

  /** @param model an encoded ONNX ModelProto. */
  constructor(model: Uint8Array, options: NativeSessionOptions) {
    loadOnnxRuntime();
    this.#session = new loaded!.binding.InferenceSession();
    this.#session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // The compiler emits what is already good: optimising costs 0.25 s a graph and gains nothing.
      graphOptimizationLevel: 'disabled',
      ...options,
    });
  }

  /**
   * Runs the graph; blocks. The outputs are written into the arrays of `fetches`.
   *
   * Though it has written them there, the binding makes new tensors with copies of all outputs too: at a training step
   * 15 MB of garbage, the copying and collecting of which takes 6 % of the time. It refuses outputs that are no tensors,
   * with an error, but only after the run. Graphs that declare an empty sequence as their first output end there.
   *
   * @param fetches null for an output that onnxruntime is to find room for itself
   * @returns the outputs as the binding made them; none of a graph that ended at its empty sequence
   */
  run(
    feeds: Record<string, NativeTensor>,
    fetches: Record<string, HostTensor | null>,
  ): Record<string, Owned<NativeTensor>> {
    try {
      return this.#session.run(feeds, { [END_OF_OUTPUTS]: null, ...fetches }, {});
    } catch (error) {
      if (error instanceof Error && error.message.startsWith(REFUSED_SEQUENCE)) return {};
      throw error;
    }
  }

  /** Ends profiling, if it was enabled: onnxruntime writes the file. */
  endProfiling(): void {
    this.#session.endProfiling();
  }

  /** Frees the native memory: the weights inside the graph and the arena. */
  dispose(): void {
    this.#session.dispose();
  }
}
