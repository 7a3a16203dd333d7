import type { EngineChoice } from '../../contract/choices.ts';
import type { JobControl } from '../../contract/job.ts';
import type { TeachingRecord } from '../../contract/teaching.ts';
import type { CellSize } from '../../contract/training.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import { presets } from '../../model/presets.ts';
import { LacssError } from '../../contract/errors.ts';
import type { Project } from '../../project/project.ts';
import { decodeCheckpoint } from '../../training/checkpoint.ts';
import { withModel } from '../models/with-model.ts';
import { calibrateModel } from './calibrate-model.ts';
import { makeCard } from './make-card.ts';
import { correctedIn, lineageOf } from './open-lesson.ts';
import { withoutLostImages } from './without-lost-images.ts';

/**
 * Makes a model from an interrupted training. It has the weights of the best epoch, or the last ones without
 * validation. Then its scores are calibrated, if an engine can be opened.
 * @param model its id, or `newest`
 * @returns the model's id
 * @throws LacssError `model-invalid` if there is no interrupted training, or none with a checkpoint
 */
export async function finishTraining(
  project: Project,
  { model, engine }: { model: string; engine: EngineChoice },
  control: JobControl,
): Promise<{ model: string }> {
  project.refuseWhenReadOnly();
  const models = project.models;
  const id = await models.findResumable(model);
  const { run } = await withoutLostImages(project, await models.readRun(id));
  const checkpoint = await models.readCheckpoint(id);
  if (checkpoint === null) {
    throw new LacssError('model-invalid', `The training of ${id} was stopped before its first checkpoint.`, {
      subject: id,
      remedy: 'Resume it.',
      command: `lacss train --resume ${id}`,
    });
  }
  const { header, weights, bestWeights } = decodeCheckpoint(checkpoint);
  const bytes = header.best === null ? weights : bestWeights;
  const { cellSize } = header;
  const trained = {
    steps: header.step,
    epochs: header.epochs,
    chosenEpoch: header.best?.epoch ?? header.epochs.length,
    cellSize,
    elapsedMs: header.elapsedMs,
    engine: 'stopped by hand',
    bytes,
  };
  const teaching = await stoppedLesson(project, run, cellSize);
  const card = await makeCard(project, run, { ...trained, ...teaching, calibration: null }, control.signal);
  const stored = { card, manifest: header.weights, bytes };
  await models.save(id, stored);
  await models.removeCheckpoints(id);
  const calibration = await withModel(stored, engine, (loaded) =>
    calibrateModel(
      project,
      // Corrected images cannot measure it, as in `trainOnProject`.
      run.teaching === undefined ? run : { ...run, training: [] },
      { model: loaded.model, cellSize },
      control,
    ),
  ).catch(noneWithoutEngine);
  if (calibration !== null) await models.save(id, { ...stored, card: { ...card, calibration } });
  return { model: id };
}

/**
 * Ends an interrupted training. Without a step there is no model.
 * @throws LacssError `cancelled` if it was stopped before its first step; as `finishTraining`
 */
export async function settleTraining(
  project: Project,
  { model, engine }: { model: string; engine: EngineChoice },
  control: JobControl,
): Promise<{ model: string }> {
  const { models } = project;
  if (!(await models.hasCheckpoint(model))) {
    if ((await models.unfinished()).includes(model)) await models.remove(model);
    throw new LacssError('cancelled', 'Stopped before the first step.');
  }
  return finishTraining(project, { model, engine }, control);
}

/** The lineage of a lesson, without figures. */
async function stoppedLesson(
  project: Project,
  { training, teaching, preset }: TrainingRun,
  cellSize: CellSize,
): Promise<{ teaching?: TeachingRecord }> {
  if (teaching === undefined) return {};
  const targetDiameterPx = presets[preset].cellDiameterPx;
  const corrected = await correctedIn(project, project.images(training), { cellSize, targetDiameterPx });
  return { teaching: { ...lineageOf(teaching), corrected, validation: null, keptApart: null } };
}

/** The model is saved. It only lacks its own minimum score. */
function noneWithoutEngine(error: unknown): null {
  if (error instanceof LacssError) return null;
  throw error;
}
