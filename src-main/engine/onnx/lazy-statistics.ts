/** Statistics of the backend since its start. */
export interface LazyStatistics {
  /** Graphs compiled. */
  compiles: number;
  compileMs: number;
  /** Graphs run, and the time spent inside onnxruntime. */
  runs: number;
  runMs: number;
  /** Time spent finding a compiled graph and preparing its run. */
  prepareMs: number;
  /** Floating-point operations of convolutions and matrix products so far. */
  flop: number;
  /** Size of the last graph run. */
  calls: number;
  inputs: number;
  outputs: number;
}

/** Statistics without activity. */
export function noStatistics(): LazyStatistics {
  return {
    compiles: 0,
    compileMs: 0,
    runs: 0,
    runMs: 0,
    prepareMs: 0,
    flop: 0,
    calls: 0,
    inputs: 0,
    outputs: 0,
  };
}
