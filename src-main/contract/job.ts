/** Progress of a job. */
export interface Progress {
  /** Units of work finished, of `total`. */
  done: number;
  total: number;
  /** The current work, for people: `Training, epoch 3 of 20`. */
  message: string;
  /** A deviation from the settings, and why: `in tiles of 384 px for lack of memory`. */
  notice?: string;
  /** Other work that the units wait for: `Dividing the foreground of HeLa_1, 40 %`. */
  aside?: string;
}

/**
 * Called between the parts of a long computation, with the finished share, 0 … 1. Lets other events run, and
 * throws if the work was cancelled.
 */
export interface Pace {
  (share: number): Promise<void>;
  /** Aborts with the work, for reading files in between. */
  readonly signal?: AbortSignal;
}

/** Cancellation and progress of a job. */
export interface JobControl {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}
