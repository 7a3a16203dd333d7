import type { FromChild, ToChild } from './job-messages.ts';

/** How a child ended, in words for a report: `exit code 1`, `signal SIGKILL`. */
export type ChildEnd = string;

/** A running child, whatever it runs in: a forked process, an Electron utility process, a thread. */
export interface Child {
  post: (message: ToChild) => void;
  /** Ends it at once, whatever it is doing. */
  kill: () => void;
}

/** What whoever starts a child wants to hear from it. */
export interface ChildListener {
  onMessage: (message: FromChild) => void;
  /** Called exactly once. */
  onEnd: (end: ChildEnd) => void;
}

export type StartChild = (listener: ChildListener) => Child;
