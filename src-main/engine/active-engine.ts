/** What an engine says of itself once its tfjs backend is active. */
export interface ActiveEngine {
  version: string;
  provider: string;
  device: string;
  /** True where it computes on a graphics card. */
  onGpu: boolean;
  /** Number of graphs compiled so far; 0 for engines that compile none. */
  compiles: () => number;
}
