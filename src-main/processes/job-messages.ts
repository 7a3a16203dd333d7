import type { Failure } from '../contract/failure.ts';
import type { JobControl, Progress } from '../contract/job.ts';

/** What the host tells a child process or thread. */
export type ToChild =
  | { type: 'request'; job: number; name: string; params: unknown }
  | { type: 'cancel'; job: number }
  | { type: 'answer'; job: number; question: number; value: unknown }
  | { type: 'refusal'; job: number; question: number; failure: Failure };

/** What a child tells the host; `report` carries a job's own news (a training step, changed images), `ask` what it needs to go on. */
export type FromChild =
  | { type: 'ready' }
  | { type: 'progress'; job: number; progress: Progress }
  | { type: 'report'; job: number; value: unknown }
  | { type: 'ask'; job: number; question: number; value: unknown }
  | { type: 'result'; job: number; value: unknown }
  | { type: 'error'; job: number; failure: Failure };

/** What a job in a child is given. */
export interface ChildJobControl extends JobControl {
  report: (value: unknown) => void;
  /** Asks whoever runs the job for something, and waits for the answer. */
  ask: (question: unknown) => Promise<unknown>;
}

/** The jobs of a child by name: the type both its ends are checked against. */
export type ChildJobs = Record<string, (params: never, control: ChildJobControl) => Promise<unknown>>;

export type JobParams<Jobs extends ChildJobs, Name extends keyof Jobs> = Parameters<Jobs[Name]>[0];
export type JobResult<Jobs extends ChildJobs, Name extends keyof Jobs> = Awaited<ReturnType<Jobs[Name]>>;
