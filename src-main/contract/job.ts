/** How far a long job has come. */
export interface Progress {
  /** Units of work finished, of `total`. */
  done: number;
  total: number;
  /** What is being done, for a person: `Training, epoch 3 of 20`. */
  message: string;
  /** What is done otherwise than was asked for, and why: `in tiles of 384 px, for lack of memory`. */
  notice?: string;
  /** What is done for a while instead of those units, which wait for it: `Dividing the foreground of HeLa_1, 40 %`. */
  aside?: string;
}

/**
 * Called between the pieces of what would take long in one go, with the share that is done, 0 … 1: lets waiting events be
 * served, and throws where the work was called off.
 */
export type Pace = (share: number) => Promise<void>;

/** What every long job is given: a way to be stopped and a way to tell how far it is. */
export interface JobControl {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}
