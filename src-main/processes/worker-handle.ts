import type { FromWorker, ToWorker } from './job-messages.ts';

/** How a worker ended, for messages: `exit code 1`, `signal SIGKILL`. */
export type ChildEnd = string;

/** A running worker: a forked process, an Electron utility process, or a thread. */
export interface WorkerHandle {
  post: (message: ToWorker) => void;
  /** Kills it. */
  kill: () => void;
}

/** Callbacks of a worker's owner. */
export interface WorkerListener {
  onMessage: (message: FromWorker) => void;
  /** Called exactly once. */
  onEnd: (end: ChildEnd) => void;
}

export type StartWorker = (listener: WorkerListener) => WorkerHandle;
