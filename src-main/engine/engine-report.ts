import type { EngineChoice, EngineName } from '../contract/choices.ts';

/** The facts about one engine on this machine, as plain JSON. */
export interface EngineFacts {
  name: EngineName;
  /** Version of the computing library; null if it could not be loaded. */
  version: string | null;
  /** What runs the computation: `cpu`, `webgpu`, `cuda`. */
  provider: string | null;
  /** Readable name of the device: `AMD EPYC, 2 cores`. */
  device: string | null;
  status: 'chosen' | 'available' | 'unavailable' | 'not tried';
  /** Why it was chosen or not, in one plain sentence. */
  reason: string;
  /** Result of the test training step; null if it was not run. */
  selfTest: { passed: boolean; worstRelativeError: number; elapsedMs: number } | null;
  /** Speed of convolutions including data transfer (GFLOP/s); null if not measured. */
  gflops: number | null;
}

/** Result of `openEngine`: every engine, the chosen one first. */
export interface EngineReport {
  asked: EngineChoice;
  chosen: EngineName;
  engines: EngineFacts[];
}
