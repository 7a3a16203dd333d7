/** The engines a person can ask for. `auto` takes the best that passes its self-test. */
export type EngineChoice = 'auto' | 'onnx' | 'webgpu' | 'tensorflow' | 'cpu';

/** The engines there are. */
export type EngineName = Exclude<EngineChoice, 'auto'>;

/** What is known of one engine on this machine. JSON through and through. */
export interface EngineFacts {
  name: EngineName;
  /** Version of the library that computes; null where it could not be loaded. */
  version: string | null;
  /** What runs the arithmetic inside: `cpu`, `webgpu`, `cuda`. */
  provider: string | null;
  /** The device, as a person knows it: `AMD EPYC, 2 cores`. */
  device: string | null;
  status: 'chosen' | 'available' | 'unavailable' | 'not tried';
  /** Why it was chosen or not, one sentence in plain words. */
  reason: string;
  /** The training step it was tried with; null where it was not. */
  selfTest: { passed: boolean; worstRelativeError: number; elapsedMs: number } | null;
  /** How fast it convolves, numbers brought there and back (GFLOP/s); null where it was not measured. */
  gflops: number | null;
}

/** What `openEngine` found: every engine, the chosen one first. */
export interface EngineReport {
  asked: EngineChoice;
  chosen: EngineName;
  engines: EngineFacts[];
}
