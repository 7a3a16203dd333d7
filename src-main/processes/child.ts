import type { FromChild, ToChild } from './job-messages.ts';

/** How a worker ended, for messages: `exit code 1`, `signal SIGKILL`. */
export type ChildEnd = string;

/** A running worker: a forked process, an Electron utility process, or a thread. */
export interface Child {
  post: (message: ToChild) => void;
  /** Kills it. */
  kill: () => void;
}

/** Callbacks of a worker's owner. */
export interface ChildListener {
  onMessage: (message: FromChild) => void;
  /** Called exactly once. */
  onEnd: (end: ChildEnd) => void;
}

export type StartChild = (listener: ChildListener) => Child;
