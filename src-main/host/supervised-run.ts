import { LacssError } from '../contract/errors.ts';
import { toFailure } from '../contract/failure.ts';
import type { Failure } from '../contract/failure.ts';
import type { TrainingPhase } from '../contract/requests/training-requests.ts';

/** Crashes in a row without progress after which a run fails. */
const maxCrashes = 3;

/** The user's wish for a run. */
type Wish = 'run' | 'pause' | 'stop';

/** The work of a supervised run. */
export interface SupervisedWork<Result> {
  /** The message that refuses a second start: `A training is already running in this project.` */
  busy: string;
  /** Does the work from its last state; called again after a crash. Rejects with `cancelled` on abort. */
  attempt: (signal: AbortSignal) => Promise<Result>;
  /** Called in a new phase; `message` gives the reason, if needed. */
  onPhase: (phase: TrainingPhase, message?: string) => void;
  /** Called when the worker process crashed, before the next attempt. */
  onCrash: (failure: Failure) => void;
  /** Whether the project's folder is missing now. */
  isMissing: () => Promise<boolean>;
  /** Called while the folder is missing: the work waits. */
  onMissing: () => void;
  /** Resolves when the folder is there, or on abort. */
  untilThere: (signal: AbortSignal) => Promise<void>;
  /** Called when the folder is back, before the next attempt. */
  onBack: () => void;
  /** The ends of a run; each enters its phase. */
  onFinish: (result: Result) => void;
  onPaused: () => void;
  onStopped: () => void | Promise<void>;
  onFailure: (failure: Failure) => void;
}

/**
 * A long job in a worker process: start, pause, resume, stop, and restart after a crash. Waits while the
 * project's folder is missing. Knows the user's
 * wish, the phase and the number of crashes. The work itself reports its progress.
 */
export class SupervisedRun<Result> {
  readonly #work: SupervisedWork<Result>;
  #phase: TrainingPhase = 'idle';
  #wish: Wish = 'run';
  #crashes = 0;
  #stopper = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(work: SupervisedWork<Result>) {
    this.#work = work;
  }

  get phase(): TrainingPhase {
    return this.#phase;
  }

  /** Whether the work runs, possibly until a pause. */
  get active(): boolean {
    return this.#phase === 'preparing' || this.#phase === 'running' || this.#phase === 'pausing';
  }

  /** Whether a second start is refused: the work runs or ends. */
  get busy(): boolean {
    return this.active || this.#phase === 'stopping';
  }

  /** @throws LacssError `setting-invalid` while the work runs */
  refuseWhenBusy(): void {
    if (!this.busy) return;
    throw new LacssError('setting-invalid', this.#work.busy, { remedy: 'Pause or stop it first.' });
  }

  /** Restores the phase of an earlier host. */
  restore(phase: TrainingPhase): void {
    this.#phase = phase;
  }

  /** Starts or continues the work. */
  begin(phase: 'preparing' | 'running', message?: string): void {
    this.#wish = 'run';
    this.#crashes = 0;
    this.enter(phase, message);
    this.#running = this.#run();
  }

  /** Resets the number of crashes after progress. */
  progressed(): void {
    this.#crashes = 0;
  }

  /** Asks the work to pause. Does nothing if no work runs. */
  pause(message?: string): void {
    if (this.active) this.#ask('pause', 'pausing', message);
  }

  /** Ends the work, also if paused or failed, and keeps its results. */
  stop(message: { running?: string; paused?: string } = {}): void {
    if (this.active) {
      this.#ask('stop', 'stopping', message.running);
    } else if (this.#phase === 'paused' || this.#phase === 'failed') {
      this.enter('stopping', message.paused);
      this.#running = Promise.resolve(this.#work.onStopped());
    }
  }

  /** Waits until no work runs. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Enters a phase. The ends of a run call this too. */
  enter(phase: TrainingPhase, message?: string): void {
    this.#phase = phase;
    this.#work.onPhase(phase, message);
  }

  #ask(wish: 'pause' | 'stop', phase: TrainingPhase, message?: string): void {
    this.#wish = wish;
    this.enter(phase, message);
    this.#stopper.abort();
  }

  /** Runs until any end. */
  async #run(): Promise<void> {
    for (;;) {
      this.#stopper = new AbortController();
      let result: Result;
      try {
        result = await this.#work.attempt(this.#stopper.signal);
      } catch (error) {
        const failure = toFailure(error);
        if (this.#wish === 'run' && (await this.#work.isMissing())) {
          this.#work.onMissing();
          await this.#work.untilThere(this.#stopper.signal);
          if (this.#isWished('run')) {
            this.#work.onBack();
            continue;
          }
          await this.#end({ ...failure, code: 'cancelled' });
          return;
        }
        if (failure.code !== 'process-crashed' || this.#wish !== 'run' || this.#crashes >= maxCrashes) {
          await this.#end(failure);
          return;
        }
        this.#crashes++;
        this.#work.onCrash(failure);
        continue;
      }
      this.#work.onFinish(result);
      return;
    }
  }

  /** The wish changes while the work waits. */
  #isWished(wish: Wish): boolean {
    return this.#wish === wish;
  }

  async #end(failure: Failure): Promise<void> {
    // An error of its own during a stop still counts as a failure.
    const isAsked = ['cancelled', 'process-crashed', 'project-unreachable'].includes(failure.code);
    if (this.#wish === 'stop' && isAsked) await this.#work.onStopped();
    else if (this.#wish === 'pause' && isAsked) this.#work.onPaused();
    else this.#work.onFailure(failure);
  }
}
