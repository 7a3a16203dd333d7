import { LacssError } from '../contract/errors.ts';
import { toFailure } from '../contract/failure.ts';
import type { Failure } from '../contract/failure.ts';
import type { CheckedParams } from '../contract/requests.ts';
import type {
  TrainingCurves,
  TrainingPreview,
  TrainingStatus,
  TrainingStep,
} from '../contract/requests/training-requests.ts';
import type { EpochReport, StepReport } from '../contract/training.ts';
import type { TrainResult } from '../tasks/training/train-on-project.ts';
import type { TrainingReport } from '../tasks/training/report-training.ts';
import { findUnfinishedTraining } from './find-unfinished-training.ts';
import type { HostServices } from './host-services.ts';
import { idleTraining } from './idle-training.ts';
import type { HeldProject } from './open-projects.ts';
import { RemainingTime } from './remaining-time.ts';
import { SupervisedRun } from './supervised-run.ts';
import { TrainingHistory } from './training-history.ts';
import { askedState, paramsOf } from './training-request.ts';

/** How often windows get new steps, ms. */
const tellEveryMs = 100;

/**
 * The training of one project, at most one at a time. It outlives windows and the learning process. After a
 * crash it continues from its checkpoint. After a restart of the host it waits, paused, for the user.
 */
export class TrainingDesk {
  readonly #host: HostServices;
  readonly #held: HeldProject;
  #state: TrainingStatus;
  readonly #history = new TrainingHistory();
  #untold: TrainingStep[] = [];
  #tellTimer: NodeJS.Timeout | null = null;
  readonly #run: SupervisedRun<TrainResult>;
  /** The model whose checkpoint the training continues from; null for a new training. */
  #from: string | null = null;
  #clock = new RemainingTime();
  #loaded: Promise<void> | null = null;

  constructor(host: HostServices, held: HeldProject) {
    this.#host = host;
    this.#held = held;
    this.#state = idleTraining(held.id);
    this.#run = new SupervisedRun({
      busy: 'A training is already running in this project.',
      attempt: (signal) => this.#train(signal),
      onPhase: (phase, message = this.#state.message) => this.#change({ phase, message }),
      onCrash: (failure) => this.#startAgain(failure),
      isMissing: () => host.projects.isMissing(held),
      untilThere: (signal) => host.projects.untilThere(held, signal),
      onMissing: () =>
        this.#run.enter('preparing', 'The project folder is missing. The training waits until it is back.'),
      onBack: () => this.#goOn(),
      onFinish: (result) => this.#finish(result),
      onPaused: () => this.#pause(),
      onStopped: () => this.#settle(),
      onFailure: (failure) => this.#fail(failure),
    });
  }

  get busy(): boolean {
    return this.#run.busy;
  }

  /** The state, also of an unfinished training of an earlier host. */
  async state(): Promise<TrainingStatus> {
    await this.#load();
    return this.#state;
  }

  async curves(): Promise<TrainingCurves> {
    await this.#load();
    return this.#history.curves();
  }

  /** @throws LacssError `annotation-missing` if the epoch has no preview */
  async preview(epoch: number): Promise<TrainingPreview> {
    await this.#load();
    const { model } = this.#state;
    const params = { ...this.#held.scope, model: model ?? '', epoch };
    const preview =
      model === null
        ? null
        : await this.#host.imaging.run('training.readPreview', params, { onCrash: 'again' });
    if (preview !== null) return preview;
    throw new LacssError('annotation-missing', `There is no preview of epoch ${epoch}.`);
  }

  /** @throws LacssError `setting-invalid` while another training runs */
  async start(request: CheckedParams<'training.start'>): Promise<TrainingStatus> {
    await this.#load();
    this.#run.refuseWhenBusy();
    this.#history.clear();
    this.#state = askedState(idleTraining(this.#held.id), request);
    this.#begin(null);
    return this.#state;
  }

  async pause(): Promise<TrainingStatus> {
    await this.#load();
    this.#run.pause('Pausing after this step.');
    return this.#state;
  }

  /**
   * Continues from the checkpoint. @throws LacssError `setting-invalid` if there is no training to continue
   */
  async resume(): Promise<TrainingStatus> {
    await this.#load();
    this.#run.refuseWhenBusy();
    const { model, request } = this.#state;
    if (model === null || request === null) {
      throw new LacssError('setting-invalid', 'There is no training to continue.', {
        remedy: 'Start a training.',
      });
    }
    this.#begin(model);
    return this.#state;
  }

  /** Ends the training, running or paused, and keeps the model so far. */
  async stop(): Promise<TrainingStatus> {
    await this.#load();
    this.#run.stop({
      running: 'Stopping. The model so far is kept.',
      paused: 'Keeping the model so far.',
    });
    return this.#state;
  }

  /** Pauses when the host ends. The checkpoint remains for the next start. */
  async close(): Promise<void> {
    this.#run.pause('Pausing, because the program ends.');
    await this.#run.settled();
  }

  #begin(from: string | null): void {
    this.#from = from;
    this.#clock = new RemainingTime();
    this.#state = { ...this.#state, failure: null };
    this.#run.begin(
      'preparing',
      from === null ? 'Reading images and annotations.' : 'Continuing from the checkpoint.',
    );
  }

  #train(signal: AbortSignal): Promise<TrainResult> {
    const params = paramsOf(this.#state.request!);
    return this.#host.learning.run(
      'train',
      { ...this.#held.scope, params: this.#from === null ? params : { ...params, resume: this.#from } },
      {
        signal,
        onProgress: ({ message, aside = null }) => {
          // During training the steps show the progress, except when they wait for other work.
          if (this.#run.phase === 'preparing') this.#change({ message });
          else if (this.#state.aside !== aside) this.#change({ aside });
        },
        onReport: (report) => this.#receive(report as TrainingReport),
      },
    );
  }

  #startAgain({ message }: Failure): void {
    const start = this.#state.model === null ? 'the beginning' : 'its checkpoint';
    const incident = `${message} The training continues from ${start}.`;
    this.#state = { ...this.#state, incidents: [...this.#state.incidents, incident] };
    this.#goOn();
  }

  #goOn(): void {
    this.#from = this.#state.model;
    this.#run.enter('preparing', this.#from === null ? 'Starting again.' : 'Continuing from the checkpoint.');
  }

  #receive(report: TrainingReport): void {
    switch (report.kind) {
      case 'model':
        this.#learnModel(report.model, report.preview);
        break;
      case 'engine':
        this.#host.tellEngine(report.status);
        break;
      case 'step':
        this.#run.progressed();
        this.#addStep(report.step);
        break;
      case 'epoch':
        this.#addEpoch(report.epoch, report.preview);
        break;
    }
  }

  #learnModel(model: string, preview: string | null): void {
    const { request } = this.#state;
    const asked = request === null || preview === null ? request : { ...request, preview };
    this.#change({ model, request: asked });
  }

  #addStep(step: StepReport): void {
    this.#untold.push(this.#history.addStep(step));
    this.#clock.add(step.step, performance.now());
    const started = this.#run.phase === 'preparing';
    this.#state = {
      ...this.#state,
      step: step.step,
      epoch: step.epoch,
      secondsLeft: this.#secondsLeft(step.step),
      elapsedSeconds: step.elapsedMs / 1000,
    };
    if (started) this.#run.enter('running', 'Training.');
    this.#tellTimer ??= setTimeout(() => this.#tellSteps(), tellEveryMs);
  }

  #addEpoch(report: EpochReport, preview: boolean): void {
    this.#run.progressed();
    const epoch = this.#history.addEpoch(report, preview);
    this.#tellSteps();
    this.#host.emit('training.epoch', { project: this.#held.id, epoch, preview });
    this.#change({ best: this.#history.best });
  }

  #secondsLeft(step: number): number | null {
    const { request, totalSteps, elapsedSeconds } = this.#state;
    if (request?.until.kind === 'minutes') return Math.max(0, request.until.minutes * 60 - elapsedSeconds);
    return this.#clock.secondsLeft(step, totalSteps);
  }

  #tellSteps(): void {
    if (this.#tellTimer !== null) clearTimeout(this.#tellTimer);
    this.#tellTimer = null;
    if (this.#untold.length === 0) return;
    const steps = this.#untold;
    this.#untold = [];
    this.#host.emit('training.steps', { project: this.#held.id, steps });
    this.#change({});
  }

  #finish({ model, name, chosenEpoch, validation, teaching }: TrainResult): void {
    this.#tellSteps();
    this.#state = { ...this.#state, model, secondsLeft: 0 };
    const why = choiceText(chosenEpoch, validation);
    this.#run.enter('finished', `${name} is ready. ${teaching === undefined ? why : lessonText(teaching)}`);
    this.#host.emit('models.changed', { project: this.#held.id });
  }

  #pause(): void {
    this.#tellSteps();
    // A training stopped before its first step has nothing to continue from.
    if (this.#history.lastStep === undefined) {
      this.#stopped('Stopped before the first step.', null);
      return;
    }
    this.#state = { ...this.#state, secondsLeft: null };
    this.#run.enter('paused', 'Paused. The checkpoint is kept.');
  }

  #fail(failure: Failure): void {
    this.#tellSteps();
    this.#state = { ...this.#state, failure, secondsLeft: null };
    this.#run.enter('failed', failure.message);
  }

  /** Saves the model of the training so far. */
  async #settle(): Promise<void> {
    this.#tellSteps();
    const { model } = this.#state;
    try {
      if (model === null) throw new LacssError('cancelled', 'Stopped before the first step.');
      await this.#host.learning.run('settle', {
        ...this.#held.scope,
        model,
        engine: this.#host.engine.choice,
      });
      this.#stopped('Stopped. The model so far is in the list.', model);
      this.#host.emit('models.changed', { project: this.#held.id });
    } catch (error) {
      const { code, message } = toFailure(error);
      this.#stopped(message, code === 'cancelled' ? null : model);
    }
  }

  #stopped(message: string, model: string | null): void {
    this.#state = { ...this.#state, model, secondsLeft: null };
    this.#run.enter('stopped', message);
  }

  #change(change: Partial<TrainingStatus>): void {
    // No other work runs in the new phase.
    const aside = change.phase === undefined ? this.#state.aside : null;
    this.#state = { ...this.#state, aside, ...change };
    this.#host.emit('training.state', this.#state);
  }

  /** Restores, once, an unfinished training of an earlier host. */
  #load(): Promise<void> {
    this.#loaded ??= this.#loadUnfinished();
    return this.#loaded;
  }

  async #loadUnfinished(): Promise<void> {
    const found = await findUnfinishedTraining(this.#host, this.#held);
    if (found === null) return;
    this.#history.take(found.kept);
    this.#state = { ...found.state, best: this.#history.best };
    this.#run.restore(found.state.phase);
  }
}

/** What a lesson changed, as one sentence. */
function lessonText({ validation, keptApart }: NonNullable<TrainResult['teaching']>): string {
  const figures = validation ?? keptApart;
  if (figures === null)
    return 'The effect was not measured: no validation image has outlines, and no cell was held out.';
  const where = validation === null ? 'held-out corrected cells' : 'the validation images';
  const [before, after] = [figures.before.AP50.toFixed(2), figures.after.AP50.toFixed(2)];
  return `AP50 on ${where}: ${before} before, ${after} after.`;
}

/** The epoch of a model, and why. */
function choiceText(epoch: number, validation: TrainResult['validation']): string {
  if (validation?.measure !== 'AP50')
    return `It has the weights of the last epoch, ${epoch}, because no validation image has outlines.`;
  return `It has the weights of the best epoch, ${epoch}: AP50 ${validation.score.toFixed(2)}.`;
}
