/** The properties of an engine whose tfjs backend is active. */
export interface ActiveEngine {
  version: string;
  provider: string;
  device: string;
  /** True if it computes on a GPU. */
  onGpu: boolean;
  /** Number of graphs compiled since the start; 0 for engines that compile none. */
  compiles: () => number;
}
