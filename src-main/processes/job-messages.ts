import type { Failure } from '../contract/failure.ts';
import type { JobControl, Progress } from '../contract/job.ts';

/** Messages of the host to a worker process or thread. */
export type ToWorker =
  | { type: 'request'; job: number; name: string; params: unknown }
  | { type: 'cancel'; job: number }
  | { type: 'answer'; job: number; question: number; value: unknown }
  | { type: 'refusal'; job: number; question: number; failure: Failure };

/**
 * Messages of a worker to the host. `report`: an intermediate result of a job, such as a training step.
 * `ask`: a question of a job.
 */
export type FromWorker =
  | { type: 'ready' }
  | { type: 'progress'; job: number; progress: Progress }
  | { type: 'report'; job: number; value: unknown }
  | { type: 'ask'; job: number; question: number; value: unknown }
  | { type: 'result'; job: number; value: unknown }
  | { type: 'error'; job: number; failure: Failure };

/** What a job in a worker gets. */
export interface WorkerJobControl extends JobControl {
  report: (value: unknown) => void;
  /** Asks the owner of the job a question and waits for the answer. */
  ask: (question: unknown) => Promise<unknown>;
}

/** The jobs of a worker by name. Both sides are checked against this type. */
export type WorkerJobs = Record<string, (params: never, control: WorkerJobControl) => Promise<unknown>>;

export type JobParams<Jobs extends WorkerJobs, Name extends keyof Jobs> = Parameters<Jobs[Name]>[0];
export type JobResult<Jobs extends WorkerJobs, Name extends keyof Jobs> = Awaited<ReturnType<Jobs[Name]>>;
