import type { PresetName, EngineChoice } from '../../contract/choices.ts';
import { LacssError } from '../../contract/errors.ts';
import type { JobControl } from '../../contract/job.ts';
import type { Calibration } from '../../contract/model-card.ts';
import { defaultTrainingSettings } from '../../contract/training.ts';
import type { EpochReport, StepReport, TrainingSettings, ValidationReport } from '../../contract/training.ts';
import { shippedModel } from '../../contract/shipped-model.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import type { EngineReport } from '../../engine/engine-report.ts';
import { openEngine } from '../../engine/open-engine.ts';
import type { Engine } from '../../engine/open-engine.ts';
import { createModel } from '../../model/create-model.ts';
import type { LacssModel } from '../../model/create-model.ts';
import { restoreWeights, saveWeights } from '../../model/weights.ts';
import { loadShippedModel } from '../../project/load-shipped-model.ts';
import type { StoredModel } from '../../project/model-file.ts';
import { loadModelFrom, ModelStore } from '../../project/model-store.ts';
import type { Project } from '../../project/project.ts';
import { estimateCellSize } from '../../training/estimate-cell-size.ts';
import { trainModel } from '../../training/train-model.ts';
import { requireSound } from '../models/with-model.ts';
import { calibrateModel, stripToLeaveOut } from './calibrate-model.ts';
import { loadExamples } from './load-examples.ts';
import { makeCard } from './make-card.ts';
import { openPreview } from './open-preview.ts';
import type { EpochPreview } from './open-preview.ts';
import { planTraining } from './plan-training.ts';
import type { TrainingImages, TrainingSelection } from './plan-training.ts';
import { withoutRemoved } from './without-removed.ts';
import { trainingWarnings } from './training-warnings.ts';
import type { TrainingWarning } from './training-warnings.ts';

export interface TrainParams extends TrainingSelection {
  /** What the model is called. @default its id */
  name?: string;
  preset: PresetName;
  until:
    | { kind: 'epochs'; epochs: number }
    | { kind: 'steps'; steps: number }
    | { kind: 'minutes'; minutes: number }
    | { kind: 'default' };
  /** Decides the weights at the start, sampling and augmentation. */
  seed: number;
  engine: EngineChoice;
  /** A model of the project by id or name, or the path of one; `null`: from random weights. */
  startFrom: string | null;
  /** What the model sees. @default cells alone */
  channels?: readonly ('cells' | 'nuclei')[];
  /** Mean diameter of a cell in px. @default from foreground and locations */
  cellDiameterPx?: number;
  /** What else differs from the usual settings. */
  settings?: Partial<TrainingSettings>;
  /** Refuse to train where there is a warning. @default false */
  strict?: boolean;
  /** Go on with an interrupted training, by model id or `newest`; everything else is then as it was. */
  resume?: string;
  /**
   * Image to be segmented after every epoch; `null`: the first that judges, else the first that is learnt
   * from.
   * @default none
   */
  preview?: string | null;
}

export interface TrainListeners {
  /** The id of the model to be, and what it is asked to learn, as soon as they are known. */
  onModel?: (model: string, run: TrainingRun) => void;
  /** What computes, and why. */
  onEngine?: (report: EngineReport) => void;
  onStep?: (report: StepReport) => void;
  /** A checkpoint of the steps so far is about to be saved. */
  beforeCheckpoint?: () => Promise<void>;
  /** The epoch's report, and what the model makes of the preview image by then. */
  onEpoch?: (report: EpochReport, preview: EpochPreview | null) => void | Promise<void>;
}

export interface TrainResult {
  model: string;
  name: string;
  steps: number;
  elapsedMs: number;
  images: number;
  /** Name of the model it started from; `null`: from random weights. */
  startedFrom: string | null;
  cellDiameterPx: number;
  chosenEpoch: number;
  /** What the chosen epoch scored; `null` where no image judged it. */
  validation: ValidationReport | null;
  /** How sure its scores are; `null` if there were too few cells to measure it. */
  calibration: Calibration | null;
  leftOut: TrainingImages['leftOut'];
  /** What it learned from although it is probably wrong. */
  warnings: TrainingWarning[];
}

/**
 * Trains a model on a project's images. A checkpoint is saved after the first step, then for at most 2 % of
 * the time, after every epoch and when the training is stopped (see CheckpointSchedule).
 * @throws LacssError `cancelled` with the checkpoint kept; `annotation-missing`, `setting-invalid`,
 *   `model-invalid`, `engine-unavailable`, `training-diverged`, `disk-full`, `file-unwritable`
 */
export async function train(
  project: Project,
  params: TrainParams,
  control: JobControl,
  listeners: TrainListeners = {},
): Promise<TrainResult> {
  project.refuseWhenReadOnly();
  const models = new ModelStore(project.path('models'));
  const begun = await beginOrResume(project, models, params);
  listeners.onModel?.(begun.id, begun.run);
  try {
    return await runTraining({ project, models, params, control, listeners, ...begun });
  } catch (error) {
    // Where the disk cannot say, the training is left alone; the error to report is still the first one.
    const isKept = await models.hasCheckpoint(begun.id, 'last').catch(() => true);
    // A training that failed before its first step leaves nothing to resume.
    if (!isKept && params.resume === undefined) await models.remove(begun.id).catch(() => undefined);
    throw isKept ? sayHowToGoOn(error, begun.id) : error;
  }
}

/** A training that was begun or is gone on with, and all it needs. */
interface BegunTraining extends Begun {
  project: Project;
  models: ModelStore;
  params: TrainParams;
  control: JobControl;
  listeners: TrainListeners;
}

async function runTraining(begun: BegunTraining): Promise<TrainResult> {
  const { project, models, params, control, listeners, id, run, leftOut, warnings } = begun;
  const whole = { channels: run.channels, useLabels: run.useLabels };
  const read = { ...whole, stripShare: run.stripShare };
  const examples = await loadExamples(project, project.images(run.training), read, control);
  const validation = await loadExamples(project, project.images(run.validation), whole, control);
  const engine = await openEngine(params.engine);
  listeners.onEngine?.(engine.describe());
  const model = createModel(run.preset, run.channels.length, run.settings.seed);
  try {
    const resume = params.resume === undefined ? null : await models.readCheckpoint(id, 'last');
    if (resume === null) await startWeights(model, models, run, engine);
    const cellSize = estimateCellSize(examples, run.settings.cellDiameterPx);
    const preview = await openPreview(project, params.preview, run, cellSize);
    const result = await trainModel({
      model,
      examples,
      validation,
      settings: run.settings,
      ...(resume === null ? {} : { resume }),
      control,
      ...(listeners.onStep === undefined ? {} : { onStep: listeners.onStep }),
      onEpoch: async (report) =>
        listeners.onEpoch?.(report, preview === null ? null : await preview.segment(model, control.signal)),
      saveCheckpoint: async (kind, bytes) => {
        await listeners.beforeCheckpoint?.();
        await models.saveCheckpoint(id, kind, bytes);
      },
    });
    const { manifest, bytes } = saveWeights(model);
    const calibration = await calibrateModel(
      project,
      run,
      { model, cellSize: result.cellSize },
      aside(control, result.steps),
    );
    const card = await makeCard(project, run, { ...result, engine: engineText(engine), bytes, calibration });
    await models.save(id, { card, manifest, bytes });
    await models.removeCheckpoints(id);
    const chosen = result.epochs.find(({ epoch }) => epoch === result.chosenEpoch);
    return {
      model: id,
      name: card.name,
      steps: result.steps,
      elapsedMs: result.elapsedMs,
      images: run.training.length,
      startedFrom: run.startedFrom,
      cellDiameterPx: result.cellSize.diameterPx,
      chosenEpoch: result.chosenEpoch,
      validation: chosen?.validation ?? null,
      calibration,
      leftOut,
      warnings,
    };
  } finally {
    model.dispose();
    engine.close();
  }
}

interface Begun {
  id: string;
  run: TrainingRun;
  leftOut: TrainingImages['leftOut'];
  warnings: TrainingWarning[];
}

/**
 * What is trained, on what: a new training, written down so that it can be gone on with, or an interrupted
 * one.
 */
async function beginOrResume(project: Project, models: ModelStore, params: TrainParams): Promise<Begun> {
  if (params.resume !== undefined) {
    const id = await models.findResumable(params.resume);
    const begun = withoutRemoved(project, await models.readRun(id));
    if (begun.run.training.length === 0) {
      throw nothingToTrainOn({ training: [], validation: [], leftOut: begun.leftOut });
    }
    return { id, ...begun, warnings: [] };
  }
  const plan = await planTraining(project, params);
  if (plan.training.length === 0) throw nothingToTrainOn(plan);
  const warnings = await trainingWarnings(project, plan.training);
  if (params.strict === true && warnings.length > 0) throw tooDoubtful(warnings);
  const id = await models.newId(params.preset, params.name);
  const stripShare = await stripToLeaveOut(project, plan);
  const run: TrainingRun = {
    name: params.name ?? id,
    startedAt: new Date().toISOString(),
    preset: params.preset,
    channels: [...(params.channels ?? ['cells'])],
    training: plan.training.map((image) => image.id),
    validation: plan.validation.map((image) => image.id),
    useLabels: params.useLabels ?? true,
    ...(stripShare === undefined ? {} : { stripShare }),
    startedFrom: params.startFrom,
    settings: settingsOf(params),
  };
  await models.writeRun(id, run);
  return { id, run, leftOut: plan.leftOut, warnings };
}

function settingsOf({ until, seed, cellDiameterPx, settings }: TrainParams): TrainingSettings {
  const merged = { ...defaultTrainingSettings, ...settings, seed };
  if (cellDiameterPx !== undefined) merged.cellDiameterPx = cellDiameterPx;
  if (until.kind === 'steps') return { ...merged, steps: until.steps };
  if (until.kind === 'minutes') return { ...merged, steps: null, minutes: until.minutes };
  if (until.kind === 'epochs') return { ...merged, steps: until.epochs * merged.stepsPerEpoch };
  return merged;
}

function tooDoubtful(warnings: readonly TrainingWarning[]): LacssError {
  const [{ name, message }] = warnings as [TrainingWarning];
  const others = warnings.length === 1 ? '' : ` There are ${warnings.length - 1} more warnings.`;
  return new LacssError('annotation-invalid', `${name}: ${message}${others}`, {
    subject: name,
    remedy: 'Correct the annotation, or train without --strict.',
  });
}

function nothingToTrainOn({ leftOut }: TrainingImages): LacssError {
  const [first] = leftOut;
  const why =
    first === undefined ? 'the project has no images to train on' : `${first.name}: ${first.reason}`;
  return new LacssError('annotation-missing', `There is nothing to train on: ${why}.`, {
    ...(first === undefined ? {} : { subject: first.name }),
    remedy: 'Add images, then run lacss foreground and lacss locate.',
  });
}

/** Puts in the weights of the model that the training starts from. */
async function startWeights(
  model: LacssModel,
  models: ModelStore,
  { startedFrom, preset, channels }: TrainingRun,
  engine: Engine,
): Promise<void> {
  if (startedFrom === null) return;
  const { card, manifest, bytes } = await modelToStartFrom(models, startedFrom);
  if (card.preset !== preset || card.inputChannels.length !== channels.length) {
    throw new LacssError(
      'setting-invalid',
      `${card.name} is a ${card.preset} model of ${card.inputChannels.length} channels; the new one is ${preset} of ${channels.length}.`,
      { subject: startedFrom, remedy: `Choose --preset ${card.preset} and the same channels.` },
    );
  }
  restoreWeights(model, manifest, bytes);
  await requireSound(model, card, engine);
}

/** A model of the project, the one that comes with the program, or any other by its path. */
async function modelToStartFrom(models: ModelStore, idOrPath: string): Promise<StoredModel> {
  if (idOrPath === shippedModel.id) return loadShippedModel();
  const { models: usable, damaged } = await models.survey();
  // A damaged one too is the project's: what is wrong with it is to be told, not that no file is called so.
  const known = [...usable.map(({ id, card }) => ({ id, name: card.name })), ...damaged];
  const isKnown = known.some(({ id, name }) => id === idOrPath || name === idOrPath);
  return isKnown ? models.load(idOrPath) : loadModelFrom(idOrPath);
}

/** Progress of work after the last step: the bar stays at the end. */
function aside({ signal, onProgress }: JobControl, steps: number): JobControl {
  return {
    signal,
    onProgress: ({ message }) => onProgress({ done: steps, total: steps, message, aside: message }),
  };
}

function engineText({ name, version, provider, device }: Engine): string {
  return `${name} ${version}, ${provider}, ${device}`;
}

/** A training that was stopped can be gone on with: says how. */
function sayHowToGoOn(error: unknown, id: string): unknown {
  if (!(error instanceof LacssError) || error.code !== 'cancelled') return error;
  return new LacssError('cancelled', error.message, {
    subject: id,
    remedy: `Go on with: lacss train --resume ${id}`,
    cause: error,
  });
}
