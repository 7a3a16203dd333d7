import { LacssError } from '../contract/errors.ts';
import { toFailure } from '../contract/failure.ts';
import type { Failure } from '../contract/failure.ts';
import type { TrainingPhase } from '../contract/requests/training.ts';

/** Crashes in a row without progress between them after which a run is given up. */
const maxCrashes = 3;

/** What a person has asked of a run. */
type Wish = 'run' | 'pause' | 'stop';

/** What a supervised run needs of the work in it. */
export interface SupervisedWork<Result> {
  /** Refuses a second start, in a sentence: `A training is under way in this project.` */
  busy: string;
  /** Does the work from where it stands; called again after a crash. Rejects with `cancelled` once the signal aborts. */
  attempt: (signal: AbortSignal) => Promise<Result>;
  /** The run is in another phase now; a `message` says why where the phase alone does not. */
  onPhase: (phase: TrainingPhase, message?: string) => void;
  /** The worker process died; the next attempt follows. */
  onCrash: (failure: Failure) => void;
  /** The ends of a run; each tells its phase. */
  onFinish: (result: Result) => void;
  onPaused: () => void;
  onStopped: () => void | Promise<void>;
  onFailure: (failure: Failure) => void;
}

/**
 * Long work in a worker process: started, paused, resumed, stopped, and started again when the process dies. It knows what a
 * person wishes, the phase and the count of crashes; the work itself tells what was done.
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

  /** Whether the work is being done; it may have been asked to pause. */
  get active(): boolean {
    return this.#phase === 'preparing' || this.#phase === 'running' || this.#phase === 'pausing';
  }

  /** Whether nothing else may be started: the work is being done or ended. */
  get busy(): boolean {
    return this.active || this.#phase === 'stopping';
  }

  /** @throws LacssError `setting-invalid` while the work is under way */
  refuseWhenBusy(): void {
    if (!this.busy) return;
    throw new LacssError('setting-invalid', this.#work.busy, { remedy: 'Pause or stop it first.' });
  }

  /** Takes up a phase that an earlier host left behind. */
  restore(phase: TrainingPhase): void {
    this.#phase = phase;
  }

  /** Starts the work, or goes on with it. */
  begin(phase: 'preparing' | 'running', message?: string): void {
    this.#wish = 'run';
    this.#crashes = 0;
    this.enter(phase, message);
    this.#running = this.#run();
  }

  /** The work has got on: crashes before this count no longer. */
  progressed(): void {
    this.#crashes = 0;
  }

  /** Asks the work to stop where it can go on later; nothing happens where none is under way. */
  pause(message?: string): void {
    if (this.active) this.#ask('pause', 'pausing', message);
  }

  /** Ends the work, also where it is paused or has failed, and keeps what was done. */
  stop(message: { running?: string; paused?: string } = {}): void {
    if (this.active) {
      this.#ask('stop', 'stopping', message.running);
    } else if (this.#phase === 'paused' || this.#phase === 'failed') {
      this.enter('stopping', message.paused);
      this.#running = Promise.resolve(this.#work.onStopped());
    }
  }

  /** Waits until nothing is under way any more. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Tells the work of a phase; the ends of a run call this with theirs. */
  enter(phase: TrainingPhase, message?: string): void {
    this.#phase = phase;
    this.#work.onPhase(phase, message);
  }

  #ask(wish: 'pause' | 'stop', phase: TrainingPhase, message?: string): void {
    this.#wish = wish;
    this.enter(phase, message);
    this.#stopper.abort();
  }

  /** Runs to an end of whatever kind. */
  async #run(): Promise<void> {
    for (;;) {
      this.#stopper = new AbortController();
      let result: Result;
      try {
        result = await this.#work.attempt(this.#stopper.signal);
      } catch (error) {
        const failure = toFailure(error);
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

  async #end(failure: Failure): Promise<void> {
    // What fails for a reason of its own while it is asked to stop has failed all the same.
    const isAsked = failure.code === 'cancelled' || failure.code === 'process-crashed';
    if (this.#wish === 'stop' && isAsked) await this.#work.onStopped();
    else if (this.#wish === 'pause' && isAsked) this.#work.onPaused();
    else this.#work.onFailure(failure);
  }
}
