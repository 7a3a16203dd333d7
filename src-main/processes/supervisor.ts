import { LacssError } from '../contract/errors.ts';
import { fromFailure, toFailure } from '../contract/failure.ts';
import type { Progress } from '../contract/job.ts';
import type { Child, ChildEnd, StartChild } from './child.ts';
import type { ChildJobs, FromChild, JobParams, JobResult } from './job-messages.ts';

/** How one job is to be run. */
export interface RunOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  onReport?: (value: unknown) => void;
  /** Answers what the job asks; where it throws, the job is told. */
  onAsk?: (question: unknown) => Promise<unknown>;
  /**
   * What to do when the child dies under the job: `again` starts it once more (for work that only reads), `fail` ends it with
   * `process-crashed`. @default 'fail'
   */
  onCrash?: 'again' | 'fail';
}

export interface SupervisorOptions {
  /** In words, for reports: `The image process`. */
  title: string;
  start: StartChild;
  /** How long a cancelled job may take to stop before its child is killed. */
  patienceMs: number;
  /** Told of every death that nobody wanted. */
  onCrash?: (end: ChildEnd) => void;
}

interface PendingJob {
  name: string;
  params: unknown;
  options: RunOptions;
  attempts: number;
  cancelled: boolean;
  patience: NodeJS.Timeout | null;
  resolve: (value: unknown) => void;
  reject: (error: LacssError) => void;
  settle: () => void;
}

/** How often a job is tried: a second time where its process died under it. */
const maxAttempts = 2;

/**
 * Keeps one child alive and runs jobs in it: starts it at the first job, starts it again after a crash, kills it when a
 * cancelled job does not stop in time.
 */
export class Supervisor<Jobs extends ChildJobs> {
  readonly #options: SupervisorOptions;
  readonly #jobs = new Map<number, PendingJob>();
  #child: Child | null = null;
  #nextJob = 1;
  #closed = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Jobs asked for and not ended. */
  get pending(): number {
    return this.#jobs.size;
  }

  /**
   * Runs a job in the child.
   * @throws LacssError whatever the job ends with; `cancelled` when the signal aborts; `process-crashed` when the child dies
   */
  run<Name extends keyof Jobs & string>(
    name: Name,
    params: JobParams<Jobs, Name>,
    options: RunOptions = {},
  ): Promise<JobResult<Jobs, Name>> {
    return new Promise((resolve, reject) => {
      const { signal } = options;
      if (signal?.aborted === true || this.#closed) {
        reject(new LacssError('cancelled', 'Stopped.'));
        return;
      }
      const id = this.#nextJob++;
      const cancel = (): void => this.#cancel(id);
      signal?.addEventListener('abort', cancel, { once: true });
      const job: PendingJob = {
        name,
        params,
        options,
        attempts: 0,
        cancelled: false,
        patience: null,
        resolve: resolve as (value: unknown) => void,
        reject,
        settle: () => {
          signal?.removeEventListener('abort', cancel);
          if (job.patience !== null) clearTimeout(job.patience);
          this.#jobs.delete(id);
        },
      };
      this.#jobs.set(id, job);
      this.#send(id, job);
    });
  }

  /** Ends the child and every job in it; no job is taken any more. */
  close(): void {
    this.#closed = true;
    this.#child?.kill();
    this.#child = null;
    for (const job of [...this.#jobs.values()]) {
      job.settle();
      job.reject(new LacssError('cancelled', 'Stopped.'));
    }
  }

  #send(id: number, job: PendingJob): void {
    job.attempts++;
    this.#child ??= this.#start();
    this.#child.post({ type: 'request', job: id, name: job.name, params: job.params });
  }

  #start(): Child {
    const child = this.#options.start({
      onMessage: (message) => {
        if (this.#child === child) this.#receive(message);
      },
      onEnd: (end) => {
        if (this.#child === child) this.#bury(end);
      },
    });
    return child;
  }

  #receive(message: FromChild): void {
    if (message.type === 'ready') return;
    const job = this.#jobs.get(message.job);
    if (job === undefined) return;
    switch (message.type) {
      case 'progress':
        job.options.onProgress?.(message.progress);
        break;
      case 'report':
        job.options.onReport?.(message.value);
        break;
      case 'ask':
        void this.#answer(job, message);
        break;
      case 'result':
        job.settle();
        job.resolve(message.value);
        break;
      case 'error':
        job.settle();
        job.reject(fromFailure(message.failure));
        break;
    }
  }

  async #answer(
    { options }: PendingJob,
    { job, question, value }: Extract<FromChild, { type: 'ask' }>,
  ): Promise<void> {
    const child = this.#child;
    try {
      if (options.onAsk === undefined) throw new TypeError('This job was started by nobody who answers');
      child?.post({ type: 'answer', job, question, value: await options.onAsk(value) });
    } catch (error) {
      child?.post({ type: 'refusal', job, question, failure: toFailure(error) });
    }
  }

  #cancel(id: number): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    job.cancelled = true;
    this.#child?.post({ type: 'cancel', job: id });
    job.patience = setTimeout(() => this.#giveUp(), this.#options.patienceMs);
  }

  /** A cancelled job did not stop: its child is replaced, which nobody needs to hear of. */
  #giveUp(): void {
    const child = this.#child;
    this.#child = null;
    child?.kill();
    this.#afterEnd('it did not stop when asked to');
  }

  #bury(end: ChildEnd): void {
    this.#child = null;
    if (!this.#closed) this.#options.onCrash?.(end);
    this.#afterEnd(end);
  }

  /** Ends or starts again the jobs that were in a child which is gone. */
  #afterEnd(end: ChildEnd): void {
    for (const [id, job] of [...this.#jobs]) {
      if (job.cancelled) {
        job.settle();
        job.reject(new LacssError('cancelled', 'Stopped.'));
      } else if (job.options.onCrash === 'again' && job.attempts < maxAttempts) {
        this.#send(id, job);
      } else {
        job.settle();
        job.reject(this.#crashed(end));
      }
    }
  }

  #crashed(end: ChildEnd): LacssError {
    return new LacssError('process-crashed', `${this.#options.title} ended unexpectedly (${end}).`, {
      remedy: 'It has been started again and nothing that was saved is lost; try once more.',
    });
  }
}
