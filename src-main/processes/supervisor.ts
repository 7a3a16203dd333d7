import { LacssError } from '../contract/errors.ts';
import { fromFailure, toFailure } from '../contract/failure.ts';
import type { Progress } from '../contract/job.ts';
import type { WorkerHandle, ChildEnd, StartWorker } from './worker-handle.ts';
import type { WorkerJobs, FromWorker, JobParams, JobResult } from './job-messages.ts';

/** Options of one job. */
export interface RunOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  onReport?: (value: unknown) => void;
  /** Answers questions of the job. The job gets its errors. */
  onAsk?: (question: unknown) => Promise<unknown>;
  /**
   * After a crash of the worker: `again` repeats the job once (for jobs that only read), `fail` ends it with
   * `process-crashed`. @default 'fail'
   */
  onCrash?: 'again' | 'fail';
}

export interface SupervisorOptions {
  /** The name in messages: `The image process`. */
  title: string;
  start: StartWorker;
  /** Time for a cancelled job to stop before its worker is killed, ms. */
  patienceMs: number;
  /** Called after every crash. */
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

/** Attempts per job: a second one after a crash. */
const maxAttempts = 2;

/**
 * Runs jobs in one worker process. It starts the process for the first job, restarts it after a crash, and
 * kills it if a cancelled job does not stop in time.
 */
export class Supervisor<Jobs extends WorkerJobs> {
  readonly #options: SupervisorOptions;
  readonly #jobs = new Map<number, PendingJob>();
  #child: WorkerHandle | null = null;
  #nextJob = 1;
  #closed = false;
  /** Called once no job is open. */
  #onIdle: (() => void)[] = [];

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Open jobs. */
  get pending(): number {
    return this.#jobs.size;
  }

  /** Resolves once no job is open. */
  idle(): Promise<void> {
    if (this.pending === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /**
   * Runs a job in the worker.
   * @throws LacssError the error of the job; `cancelled` after an abort; `process-crashed` after a crash of
   * the worker
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
          if (this.pending === 0) for (const tell of this.#onIdle.splice(0)) tell();
        },
      };
      this.#jobs.set(id, job);
      this.#send(id, job);
    });
  }

  /** Ends the worker and its jobs, and refuses new jobs. */
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

  #start(): WorkerHandle {
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

  #receive(message: FromWorker): void {
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
    { job, question, value }: Extract<FromWorker, { type: 'ask' }>,
  ): Promise<void> {
    const child = this.#child;
    try {
      if (options.onAsk === undefined) throw new TypeError('The owner of this job answers no questions');
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

  /** Replaces the worker of a cancelled job that did not stop, without a report. */
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

  /** Ends or repeats the jobs of a worker that has ended. */
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
      remedy: 'It has been started again. All saved work is safe. Try again.',
    });
  }
}
