import { createRequire } from 'node:module';
import { END_OF_OUTPUTS } from './graph-builder.ts';
import { missingLibrary } from './missing-library.ts';

/**
 * The synchronous interface of onnxruntime-node 1.30.0. `session.run` of the public API is asynchronous and
 * cannot serve `dataSync`. The binding underneath is synchronous, and takes input views and preallocated
 * outputs without copies. It is internal, hence the exact version in package.json.
 */

/** Element types of inputs and outputs, by their ONNX names. */
export type NativeType = 'float32' | 'int32' | 'bool' | 'int64';

/** A tensor in main memory, as the binding reads it. */
export interface HostTensor {
  type: NativeType;
  dims: readonly number[];
  data: Float32Array | Int32Array | Uint8Array | BigInt64Array;
  location: 'cpu';
}

/** A tensor in GPU memory. Reading it after disposal ends the process. */
export interface GpuTensor {
  type: NativeType;
  dims: readonly number[];
  /** Opaque handle of the binding. */
  gpuBuffer: unknown;
  location: 'gpu-buffer';
}

export type NativeTensor = HostTensor | GpuTensor;

/** A tensor created by the binding; its owner must dispose it. */
export type Owned<T extends NativeTensor> = T & { dispose(): void };

/** The session options this engine sets. */
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
  /** Location of outputs by name; the binding refuses it without a GPU provider. */
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

/** Start of the binding's message for an output that is a sequence, after a run. */
const REFUSED_SEQUENCE = 'Non tensor type';

let loaded: NativeModule | undefined;

/**
 * Loads onnxruntime's native library once.
 * @throws the loader's error if the package has no library for the platform.
 */
export function loadOnnxRuntime(): { version: string } {
  const require = createRequire(import.meta.url);
  const common = require('onnxruntime-common') as CommonModule;
  if (loaded === undefined) {
    const missing = missingLibrary(process.platform, process.arch);
    if (missing !== null) throw new Error(missing);
    const module = require('onnxruntime-node/dist/binding.js') as NativeModule;
    // Errors are thrown; onnxruntime would also print them to the console.
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
      // The compiler emits optimised nodes already: optimising costs 0.25 s per graph and gains nothing.
      graphOptimizationLevel: 'disabled',
      ...options,
    });
  }

  /**
   * Runs the graph synchronously. The outputs are written into the arrays of `fetches`.
   *
   * The binding then also creates new tensors with copies of all outputs. For a training step these are 15 MB
   * of garbage, which cost 6 % of the time. It stops with an error at an output that is not a tensor, but
   * only after the run. Graphs that declare an empty sequence as their first output therefore end there.
   *
   * @param fetches null for an output that onnxruntime allocates itself
   * @returns the outputs as the binding created them; none if the graph ended at its empty sequence
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

  /** Ends profiling, if enabled: onnxruntime then writes the file. */
  endProfiling(): void {
    this.#session.endProfiling();
  }

  /** Frees the native memory: the graph's weights and the arena. */
  dispose(): void {
    this.#session.dispose();
  }
}
