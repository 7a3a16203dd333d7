import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LacssError } from '../../src-main/contract/errors.ts';
import { baseModel, shippedModel } from '../../src-main/contract/shipped-model.ts';
import type { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { decodeCheckpoint } from '../../src-main/training/checkpoint.ts';
import { imagesFor } from './crash-project.ts';
import type { Life } from './life.ts';

const formats = [
  'label-tiff',
  'imagej-rois',
  'geojson',
  'coco',
  'csv',
  'overlay-png',
  'locations-csv',
] as const;

const segmentingModels = ['tiny', 'tiny', shippedModel.id, baseModel.id];

/** Work that runs beside the edits. `moment` resolves in the middle of it, when it is a good time to kill. */
export interface Background {
  moment: Promise<unknown>;
}

/** Starts a training, or resumes the one that was interrupted. */
export async function startTraining(life: Life, random: SeededRandom): Promise<Background> {
  const { window, project, projectFolder } = life.site;
  const state = await window.ask('training.state', { project });
  const stepsUntil = 1 + random.integer(8);
  let steps = 0;
  let first: number | null = null;
  const moment = new Promise<void>((resolve) => {
    window.on('training.steps', (told) => {
      first ??= told.steps[0]?.step ?? null;
      steps += told.steps.length;
      if (steps >= stepsUntil) resolve();
    });
    window.on('training.state', ({ phase, message }) => {
      if (phase === 'failed' && !life.inTrouble) life.fault(`the training failed: ${message}`);
      if (['failed', 'finished', 'stopped', 'paused'].includes(phase)) resolve();
    });
  });
  if (state.phase === 'running' || state.phase === 'preparing') return { moment };
  if (state.phase !== 'paused' || state.model === null) {
    await window.ask('training.start', {
      project,
      preset: 'tiny',
      startFrom: null,
      until: { kind: 'epochs', epochs: 1 + random.integer(2) },
      seed: random.integer(1000),
      engine: 'auto',
    });
    return { moment };
  }
  const path = join(projectFolder, 'models', state.model, 'last.checkpoint');
  const checkpoint = await readFile(path).catch(() => null);
  const done = checkpoint === null ? 0 : decodeCheckpoint(Uint8Array.from(checkpoint)).header.step;
  await window.ask('training.resume', { project });
  life.report.resumedTrainings++;
  return {
    moment: moment.then(() => {
      if (first !== null && first !== done + 1)
        life.fault(`a training with a checkpoint of step ${done} went on with step ${first}`);
    }),
  };
}

/** Segments two images anew, with the model of the project or with an included one. */
export async function startSegmenting(life: Life, random: SeededRandom): Promise<Background> {
  const { window, project } = life.site;
  const doneUntil = 1 + random.integer(imagesFor.segmenting.length);
  let done = 0;
  const moment = new Promise<void>((resolve) => {
    window.on('segment.item', ({ item }) => {
      if (item.status === 'running' && doneUntil === 1) resolve();
      if (item.status === 'done' && ++done >= doneUntil - 1) resolve();
      if (item.status === 'failed' && !life.inTrouble)
        life.fault(`segmenting failed: ${item.failure?.message}`);
    });
    window.on('segment.queue', ({ phase }) => {
      if (['finished', 'failed', 'stopped', 'paused'].includes(phase)) resolve();
    });
  });
  await window
    .ask('segment.start', {
      project,
      model: segmentingModels[random.integer(segmentingModels.length)]!,
      what: { kind: 'images', images: [...imagesFor.segmenting] },
      skipDone: false,
      minScore: 0.1,
    })
    .catch((error: unknown) => {
      // The earlier queue is still running.
      if (!(error instanceof LacssError) || error.code !== 'setting-invalid') throw error;
    });
  return { moment };
}

/** Exports the reviewed images in every format. */
export function startExport(life: Life): Background {
  const { window, project } = life.site;
  const params = {
    project,
    images: [...imagesFor.editing],
    formats: [...formats],
    everyCell: true,
    minScore: 0,
  };
  const done = window.ask('export.run', params).then(
    ({ files, failures }) => {
      for (const file of files) life.exported.add(file);
      if (failures.length > 0) life.fault(`the export failed: ${JSON.stringify(failures)}`);
    },
    (error: unknown) => {
      if (error instanceof LacssError && error.code !== 'process-crashed' && !life.inTrouble)
        life.fault(`the export failed: ${error.message}`);
    },
  );
  return { moment: done };
}
