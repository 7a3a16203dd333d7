import { LacssError } from '../contract/errors.ts';
import { toFailure } from '../contract/failure.ts';
import type { ProjectId } from '../contract/fields.ts';
import type { CheckedParams } from '../contract/requests.ts';
import type {
  TrainingCurves,
  TrainingEpoch,
  TrainingPreview,
  TrainingRequest,
  TrainingState,
  TrainingStep,
} from '../contract/requests/training.ts';
import { defaultTrainingSettings, lossTermNames } from '../contract/training.ts';
import type { EpochReport, StepReport } from '../contract/training.ts';
import type { TrainParams, TrainResult } from '../workers/jobs/train.ts';
import type { TrainingReport } from '../workers/learning/learning-jobs.ts';
import type { Host } from './host.ts';
import type { HeldProject } from './open-projects.ts';
import { RemainingTime } from './remaining-time.ts';

/** How often windows hear of new steps. */
const tellEveryMs = 100;
/** Crashes in a row without a step between them after which a training is given up. */
const maxCrashes = 3;

/** What a person has asked of a running training. */
type Wish = 'run' | 'pause' | 'stop';

/**
 * The training of one project: at most one at a time, whoever looks. It outlives its windows and the learning process:
 * after a crash it goes on from its checkpoint, after a restart of the host it waits, paused, for a person.
 */
export class TrainingDesk {
  readonly #host: Host;
  readonly #held: HeldProject;
  #state: TrainingState;
  #steps: StepReport[] = [];
  #epochs: EpochReport[] = [];
  readonly #previews = new Map<number, TrainingPreview>();
  #untold: TrainingStep[] = [];
  #tellTimer: NodeJS.Timeout | null = null;
  #stopper: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();
  #wish: Wish = 'run';
  #crashes = 0;
  #clock = new RemainingTime();
  #loaded: Promise<void> | null = null;

  constructor(host: Host, held: HeldProject) {
    this.#host = host;
    this.#held = held;
    this.#state = idleState(held.id);
  }

  /** The state, also of a training that an earlier host has left unfinished. */
  async state(): Promise<TrainingState> {
    await this.#load();
    return this.#state;
  }

  async curves(): Promise<TrainingCurves> {
    await this.#load();
    return curvesOf(this.#steps, this.#epochs, [...this.#previews.keys()]);
  }

  /** @throws LacssError `annotation-missing` when the epoch has no preview */
  preview(epoch: number): TrainingPreview {
    const preview = this.#previews.get(epoch);
    if (preview !== undefined) return preview;
    throw new LacssError('annotation-missing', `There is no preview of epoch ${epoch}.`);
  }

  /** @throws LacssError `setting-invalid` while another training is under way */
  async start(request: CheckedParams<'training.start'>): Promise<TrainingState> {
    await this.#load();
    this.#refuseWhenBusy();
    this.#steps = [];
    this.#epochs = [];
    this.#previews.clear();
    this.#state = { ...idleState(this.#held.id), request, ...totalsOf(request) };
    this.#begin(paramsOf(request), null);
    return this.#state;
  }

  async pause(): Promise<TrainingState> {
    await this.#load();
    if (!isRunning(this.#state)) return this.#state;
    this.#ask('pause', 'Pausing after this step.');
    return this.#state;
  }

  /** Goes on from the checkpoint. @throws LacssError `setting-invalid` when there is nothing to go on with */
  async resume(): Promise<TrainingState> {
    await this.#load();
    this.#refuseWhenBusy();
    const { model, request } = this.#state;
    if (model === null || request === null) {
      throw new LacssError('setting-invalid', 'There is no training to go on with.', {
        remedy: 'Start one.',
      });
    }
    this.#begin(paramsOf(request), model);
    return this.#state;
  }

  /** Ends the training, running or paused, and keeps the best model so far. */
  async stop(): Promise<TrainingState> {
    await this.#load();
    if (isRunning(this.#state)) this.#ask('stop', 'Stopping; the best model so far is kept.');
    else if (this.#state.phase === 'paused' || this.#state.phase === 'failed') {
      this.#wish = 'stop';
      this.#change({ phase: 'stopping', message: 'Keeping the best model so far.' });
      this.#running = this.#settle();
    }
    return this.#state;
  }

  /** Pauses for good, when the host ends: the checkpoint waits for the next start. */
  async close(): Promise<void> {
    if (isRunning(this.#state)) this.#ask('pause', 'Pausing, since the program ends.');
    await this.#running;
  }

  #refuseWhenBusy(): void {
    if (!isRunning(this.#state) && this.#state.phase !== 'stopping') return;
    throw new LacssError('setting-invalid', 'A training is under way in this project.', {
      remedy: 'Pause or stop it first.',
    });
  }

  #ask(wish: 'pause' | 'stop', message: string): void {
    this.#wish = wish;
    this.#change({ phase: wish === 'pause' ? 'pausing' : 'stopping', message });
    this.#stopper?.abort();
  }

  #begin(params: TrainParams, resume: string | null): void {
    this.#wish = 'run';
    this.#crashes = 0;
    this.#clock = new RemainingTime();
    this.#change({
      phase: 'preparing',
      message: resume === null ? 'Reading images and annotations.' : 'Going on from the checkpoint.',
      failure: null,
    });
    this.#running = this.#run(params, resume);
  }

  /** Runs to an end of whatever kind, starting again after crashes of the process. */
  async #run(params: TrainParams, resume: string | null): Promise<void> {
    let from = resume;
    for (;;) {
      this.#stopper = new AbortController();
      try {
        const result = await this.#host.learning.run(
          'train',
          { ...this.#held.scope, params: from === null ? params : { ...params, resume: from } },
          {
            signal: this.#stopper.signal,
            onProgress: ({ message }) => {
              // Once it trains, the steps themselves tell how it goes.
              if (this.#state.phase === 'preparing') this.#change({ message });
            },
            onReport: (report) => this.#receive(report as TrainingReport, params.preview ?? null),
          },
        );
        this.#finish(result);
        return;
      } catch (error) {
        const { code, message } = toFailure(error);
        if (code === 'process-crashed' && this.#wish === 'run' && this.#crashes < maxCrashes) {
          this.#crashes++;
          from = this.#state.model;
          const incident = `${message} The training goes on from ${from === null ? 'the beginning' : 'its checkpoint'}.`;
          this.#change({
            phase: 'preparing',
            message: incident,
            incidents: [...this.#state.incidents, incident],
          });
          continue;
        }
        await this.#end(error);
        return;
      }
    }
  }

  #receive(report: TrainingReport, previewImage: string | null): void {
    if (report.kind === 'model') {
      this.#change({ model: report.model });
      return;
    }
    this.#crashes = 0;
    if (report.kind === 'step') {
      this.#addStep(report.step);
      return;
    }
    this.#addEpoch(report.epoch);
    if (report.preview !== null && previewImage !== null) {
      const { contours, scores } = report.preview;
      this.#previews.set(report.epoch.epoch, {
        epoch: report.epoch.epoch,
        image: previewImage,
        contours,
        scores,
      });
    }
    this.#tellSteps();
    this.#host.emit('training.epoch', {
      project: this.#held.id,
      epoch: epochView(report.epoch),
      preview: report.preview !== null,
    });
    this.#change({});
  }

  #addStep(step: StepReport): void {
    dropFrom(this.#steps, step.step);
    this.#steps.push(step);
    this.#untold.push(stepView(step, this.#steps.at(-2)));
    this.#clock.add(step.step, performance.now());
    const started = this.#state.phase === 'preparing';
    this.#state = {
      ...this.#state,
      step: step.step,
      epoch: step.epoch,
      secondsLeft: this.#secondsLeft(step.step),
      elapsedSeconds: step.elapsedMs / 1000,
    };
    if (started) this.#change({ phase: 'running', message: 'Training.' });
    this.#tellTimer ??= setTimeout(() => this.#tellSteps(), tellEveryMs);
  }

  #addEpoch(epoch: EpochReport): void {
    this.#epochs = [...this.#epochs.filter((known) => known.epoch < epoch.epoch), epoch];
    const validation = epochView(epoch).validation;
    if (epoch.best && validation !== null) {
      this.#state = { ...this.#state, best: { epoch: epoch.epoch, ...validation } };
    }
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

  #finish({ model, name, chosenEpoch, validation }: TrainResult): void {
    this.#tellSteps();
    const judged = validation?.measure === 'AP50' ? `: AP50 ${validation.score.toFixed(2)}` : '';
    this.#change({
      phase: 'finished',
      model,
      message: `${name} is ready. Best at epoch ${chosenEpoch}${judged}.`,
      secondsLeft: 0,
    });
    this.#host.emit('models.changed', { project: this.#held.id });
  }

  async #end(error: unknown): Promise<void> {
    this.#tellSteps();
    const failure = toFailure(error);
    const asked = failure.code === 'cancelled' || failure.code === 'process-crashed';
    if (this.#wish === 'stop' && asked) {
      await this.#settle();
    } else if (this.#wish === 'pause' && asked) {
      this.#change({ phase: 'paused', message: 'Paused. The checkpoint is kept.', secondsLeft: null });
    } else {
      this.#change({ phase: 'failed', message: failure.message, failure, secondsLeft: null });
    }
  }

  /** Makes a model of what has been learnt. */
  async #settle(): Promise<void> {
    const { model } = this.#state;
    try {
      if (model === null) throw new LacssError('cancelled', 'Stopped before anything was learnt.');
      await this.#host.learning.run('settle', { ...this.#held.scope, model });
      this.#change({
        phase: 'stopped',
        message: 'Stopped. The best model so far is in the list.',
        secondsLeft: null,
      });
      this.#host.emit('models.changed', { project: this.#held.id });
    } catch (error) {
      const failure = toFailure(error);
      this.#change({ phase: 'stopped', message: failure.message, secondsLeft: null });
    }
  }

  #change(change: Partial<TrainingState>): void {
    this.#state = { ...this.#state, ...change };
    this.#host.emit('training.state', this.#state);
  }

  /** Takes up, once, what an earlier host has left unfinished. */
  #load(): Promise<void> {
    this.#loaded ??= this.#loadUnfinished();
    return this.#loaded;
  }

  async #loadUnfinished(): Promise<void> {
    const { scope, id } = this.#held;
    const found = await this.#host.imaging.run('training.unfinished', scope, { onCrash: 'again' });
    if (found === null) return;
    const { model, run } = found;
    const log = await this.#host.imaging.run('training.log', { ...scope, model }, { onCrash: 'again' });
    this.#steps = log.steps;
    for (const epoch of log.epochs) this.#addEpoch(epoch);
    const last = log.steps.at(-1);
    const { settings } = run;
    const totalSteps = settings.steps ?? 0;
    this.#state = {
      ...idleState(id),
      ...(this.#state.best === null ? {} : { best: this.#state.best }),
      phase: 'paused',
      message: `${run.name} was interrupted. It can go on from its checkpoint.`,
      model,
      step: last?.step ?? 0,
      epoch: last?.epoch ?? 0,
      totalSteps,
      totalEpochs: Math.ceil(totalSteps / settings.stepsPerEpoch),
      elapsedSeconds: (last?.elapsedMs ?? 0) / 1000,
      request: {
        project: id,
        name: run.name,
        images: run.training,
        preset: run.preset,
        startFrom: run.startedFrom,
        until:
          settings.minutes === null
            ? { kind: 'epochs', epochs: Math.max(1, Math.ceil(totalSteps / settings.stepsPerEpoch)) }
            : { kind: 'minutes', minutes: settings.minutes },
        seed: settings.seed,
        engine: 'auto',
        preview: run.validation[0] ?? run.training[0]!,
      },
    };
  }
}

function idleState(project: ProjectId): TrainingState {
  return {
    project,
    phase: 'idle',
    request: null,
    model: null,
    message: '',
    step: 0,
    totalSteps: 0,
    epoch: 0,
    totalEpochs: 0,
    secondsLeft: null,
    elapsedSeconds: 0,
    best: null,
    incidents: [],
    failure: null,
  };
}

function isRunning({ phase }: TrainingState): boolean {
  return phase === 'preparing' || phase === 'running' || phase === 'pausing';
}

function paramsOf({
  name,
  images,
  preset,
  startFrom,
  until,
  seed,
  engine,
  preview,
}: TrainingRequest): TrainParams {
  return {
    preset,
    until,
    seed,
    engine,
    startFrom,
    ...(name === undefined ? {} : { name }),
    ...(images === undefined ? {} : { images }),
    ...(preview === undefined ? {} : { preview }),
  };
}

/** How long it will be, where that is counted in epochs. */
function totalsOf({ until }: TrainingRequest): { totalSteps: number; totalEpochs: number } {
  if (until.kind === 'minutes') return { totalSteps: 0, totalEpochs: 0 };
  return { totalSteps: until.epochs * defaultTrainingSettings.stepsPerEpoch, totalEpochs: until.epochs };
}

/** Steps that are done again after a crash or a resume replace those of before. */
function dropFrom(steps: StepReport[], step: number): void {
  while (steps.length > 0 && steps.at(-1)!.step >= step) steps.pop();
}

function stepView(
  { step, epoch, terms, elapsedMs }: StepReport,
  before: StepReport | undefined,
): TrainingStep {
  const known = Object.entries(terms).filter((entry): entry is [string, number] => entry[1] !== null);
  return {
    step,
    epoch,
    terms: Object.fromEntries(known),
    stepMs: elapsedMs - (before?.elapsedMs ?? elapsedMs),
  };
}

function epochView({ epoch, step, validation, best }: EpochReport): TrainingEpoch {
  const isLoss = validation?.measure === 'minus-weak-loss';
  return {
    epoch,
    step,
    validation:
      validation === null
        ? null
        : { measure: isLoss ? 'weak loss' : 'AP50', value: isLoss ? -validation.score : validation.score },
    best,
  };
}

function curvesOf(
  steps: readonly StepReport[],
  epochs: readonly EpochReport[],
  previews: number[],
): TrainingCurves {
  const terms = lossTermNames.map(
    (name) => [name, Float32Array.from(steps, (step) => step.terms[name] ?? Number.NaN)] as const,
  );
  return {
    steps: Uint32Array.from(steps, ({ step }) => step),
    terms: Object.fromEntries(terms),
    epochs: epochs.map(epochView),
    previews,
  };
}
