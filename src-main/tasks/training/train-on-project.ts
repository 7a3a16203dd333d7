import { LacssError } from '../../contract/errors.ts';
import type { JobControl } from '../../contract/job.ts';
import type { Calibration } from '../../contract/model-card.ts';
import type { TrainingWarning } from '../../contract/requests/training-requests.ts';
import type { CellSize, EpochReport, StepReport, ValidationReport } from '../../contract/training.ts';
import type { TeachingRecord } from '../../contract/teaching.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import type { EngineReport } from '../../engine/engine-report.ts';
import { openEngine } from '../../engine/open-engine.ts';
import type { Engine } from '../../engine/open-engine.ts';
import { createModel } from '../../model/create-model.ts';
import type { LacssModel } from '../../model/create-model.ts';
import { saveWeights } from '../../model/weights.ts';
import type { StoredModel } from '../../project/model-file.ts';
import type { ModelStore } from '../../project/model-store.ts';
import type { Project } from '../../project/project.ts';
import { estimateCellSize } from '../../training/estimate-cell-size.ts';
import { trainModel } from '../../training/train-model.ts';
import { segmentProject } from '../segmenting/segment-project.ts';
import { beginTraining, type BegunTraining, type TrainParams } from './begin-training.ts';
import { calibrateModel } from './calibrate-model.ts';
import { loadExamples, readingOf } from './load-examples.ts';
import { judgeLesson, type LessonToJudge } from './judge-lesson.ts';
import { loadStartWeights } from './load-start-weights.ts';
import { makeCard } from './make-card.ts';
import { modelToStartFrom } from './model-to-start-from.ts';
import { lineageOf, openLesson } from './open-lesson.ts';
import { openPreview } from './open-preview.ts';
import type { EpochPreview } from './open-preview.ts';
import type { TrainingImages } from './plan-training.ts';
import { TrainingLog } from './training-log.ts';
import { keepPreview } from './training-previews.ts';

export interface TrainListeners {
  /** The id of the new model, and the inputs of its training, as soon as they are known. */
  onModel?: (model: string, run: TrainingRun) => void;
  /** The engine, and why it was chosen. */
  onEngine?: (report: EngineReport) => void;
  onStep?: (report: StepReport) => void;
  /**
   * The epoch's report, the model's cells in the preview image, and whether these are saved. Epoch 0 is the
   * first step of a new run.
   */
  onEpoch?: (report: EpochReport, preview: EpochPreview | null, isKept: boolean) => void | Promise<void>;
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
  /** The validation of the chosen epoch; `null` without validation images. */
  validation: ValidationReport | null;
  /** How sure its scores are; `null` if there were too few cells to measure it. */
  calibration: Calibration | null;
  leftOut: TrainingImages['leftOut'];
  /** Warnings about training data that is probably wrong. */
  warnings: TrainingWarning[];
  /** Of a lesson: its lineage and figures. */
  teaching?: TeachingRecord;
}

/**
 * Trains a model on a project's images. Checkpoints are saved after the first step, and when the training
 * stops or ends. Between them, saving takes at most 2 % of the time (see CheckpointSchedule). Its curves and
 * previews are saved beside the model.
 * @throws LacssError `cancelled` with the checkpoint kept; `annotation-missing`, `setting-invalid`,
 *   `model-invalid`, `engine-unavailable`, `training-diverged`, `disk-full`, `file-unwritable`
 */
export async function trainOnProject(
  project: Project,
  params: TrainParams,
  control: JobControl,
  listeners: TrainListeners = {},
): Promise<TrainResult> {
  project.refuseWhenReadOnly();
  const models = project.models;
  const begun = await beginTraining(project, models, params);
  return carryOut({ project, models, params, control, listeners, ...begun });
}

/**
 * Runs a training or a lesson that `beginTraining` or `beginTeaching` wrote down. @throws LacssError as
 * `trainOnProject`
 */
export async function carryOut(begun: RunningTraining): Promise<TrainResult> {
  const { models, params, listeners, id } = begun;
  listeners.onModel?.(id, begun.run);
  const log = new TrainingLog(models.path(id));
  let result: TrainResult;
  try {
    result = await runTraining(begun, log).finally(() => log.flush());
  } catch (error) {
    // If the disk cannot be read, the training is kept. The error to report is still the first one.
    const isKept = await models.hasCheckpoint(id).catch(() => true);
    // A training that failed before its first step leaves nothing to resume.
    if (!isKept && params.resume === undefined) await models.remove(id).catch(() => undefined);
    throw isKept ? withHowToResume(error, id) : error;
  }
  return begun.run.teaching === undefined ? result : withPredictions(begun, result);
}

/** A lesson also segments the corrected images again. If that fails, the model is still kept. */
async function withPredictions(
  { project, run, params, control }: RunningTraining,
  result: TrainResult,
): Promise<TrainResult> {
  const failed = (name: string, message: string): TrainingWarning => ({ image: name, name, message });
  try {
    const work = { model: result.model, images: run.training, engine: params.engine };
    const { failures } = await segmentProject(project, work, control);
    const warnings = failures.map(({ subject, message }) => failed(subject ?? '', message));
    return { ...result, warnings: [...result.warnings, ...warnings] };
  } catch (error) {
    if (!(error instanceof LacssError)) throw error;
    const message = `The corrected images were not segmented with the new model: ${error.message}`;
    return { ...result, warnings: [...result.warnings, failed(result.model, message)] };
  }
}

/** A new or resumed training run and its inputs. */
interface RunningTraining extends BegunTraining {
  project: Project;
  models: ModelStore;
  params: Pick<TrainParams, 'engine' | 'resume' | 'preview'>;
  control: JobControl;
  listeners: TrainListeners;
}

async function runTraining(begun: RunningTraining, log: TrainingLog): Promise<TrainResult> {
  const { project, models, params, control, listeners, id, run, leftOut, warnings } = begun;
  const whole = readingOf(run);
  const read = { ...whole, stripShare: run.stripShare };
  const { teaching } = run;
  const parent = teaching === undefined ? null : await modelToStartFrom(models, teaching.parent.id);
  const lesson =
    teaching === undefined || parent === null
      ? null
      : await openLesson(project, { ...run, teaching }, parent, control);
  const examples =
    lesson?.examples ?? (await loadExamples(project, project.images(run.training), read, control));
  const validation = await loadExamples(
    project,
    project.images(run.validation),
    { ...whole, judges: true },
    control,
  );
  const engine = await openEngine(params.engine);
  listeners.onEngine?.(engine.describe());
  const model = createModel(run.preset, run.channels.length, run.settings.seed, run.variant);
  try {
    const resume = params.resume === undefined ? null : await models.readCheckpoint(id);
    if (resume === null) await loadStartWeights(model, models, run, engine);
    const cellSize = lesson?.cellSize ?? estimateCellSize(examples, run.settings.cellDiameterPx);
    const preview = await openPreview(project, params.preview, run, cellSize, control.signal);
    const tellEpoch = async (report: EpochReport): Promise<void> => {
      log.epoch(report);
      const found = preview === null ? null : await preview.segment(model, control.signal);
      const isKept =
        found !== null && (await keepPreview(models.path(id), { epoch: report.epoch, ...found }));
      await listeners.onEpoch?.(report, found, isKept);
    };
    const result = await trainModel({
      model,
      examples,
      validation,
      settings: run.settings,
      ...(lesson === null ? {} : { rehearsal: lesson.rehearsal, cellSize, fixed: teaching?.fixed ?? [] }),
      ...(resume === null ? {} : { resume }),
      control,
      onStep: (step) => {
        log.step(step);
        listeners.onStep?.(step);
      },
      // It takes a validation, so only somebody who watches gets it.
      ...(listeners.onEpoch === undefined ? {} : { onFirstLook: tellEpoch }),
      onEpoch: tellEpoch,
      saveCheckpoint: async (bytes) => {
        // A resumed training continues after its checkpoint: the curves up to there must be on the disk.
        await log.flush();
        await models.saveCheckpoint(id, bytes);
      },
    });
    const { manifest, bytes } = saveWeights(model);
    const record =
      lesson === null || parent === null
        ? {}
        : { teaching: await recordOf({ project, run, lesson, parent }, model, control) };
    const trained = { model, cellSize: result.cellSize };
    const calibration =
      parent === null
        ? await calibrateModel(project, run, trained, aside(control, result.steps))
        : await calibrateTaught(project, run, trained, parent, aside(control, result.steps));
    const made = { ...result, engine: engineText(engine), bytes, calibration, ...record };
    const card = await makeCard(project, run, made, control.signal);
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
      ...record,
    };
  } finally {
    model.dispose();
    engine.close();
  }
}

/** The lineage of a lesson, and what it changed. */
async function recordOf(
  { project, run, ...how }: LessonToJudge & { project: Project; run: TrainingRun },
  model: LacssModel,
  control: JobControl,
): Promise<TeachingRecord> {
  return {
    ...lineageOf(run.teaching!),
    corrected: how.lesson.corrected,
    ...(await judgeLesson(project, run, how, model, control)),
  };
}

/** Scores of a taught model: measured on validation images, otherwise those of its parent. */
async function calibrateTaught(
  project: Project,
  run: TrainingRun,
  trained: { model: LacssModel; cellSize: CellSize },
  { card }: StoredModel,
  control: JobControl,
): Promise<Calibration | null> {
  // Corrected images cannot measure scores, because it is unknown which of their other cells are right.
  const measured = await calibrateModel(project, { ...run, training: [] }, trained, control);
  return measured ?? card.calibration ?? null;
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

/** Adds to the error of a stopped training how to resume it. */
function withHowToResume(error: unknown, id: string): unknown {
  if (!(error instanceof LacssError) || error.code !== 'cancelled') return error;
  return new LacssError('cancelled', error.message, {
    subject: id,
    remedy: 'You can resume it.',
    command: `lacss train --resume ${id}`,
    cause: error,
  });
}
