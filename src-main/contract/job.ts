/** How far a long job has come. */
export interface Progress {
  /** Units of work finished, of `total`. */
  done: number;
  total: number;
  /** What is being done, for a person: `Training, epoch 3 of 20`. */
  message: string;
  /** What is done otherwise than was asked for, and why: `in tiles of 384 px, for lack of memory`. */
  notice?: string;
}

/** What every long job is given: a way to be stopped and a way to tell how far it is. */
export interface JobControl {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}
