import { ModelStore } from '../../project/model-store.ts';
import { LacssError } from '../../contract/errors.ts';
import type { Project } from '../../project/project.ts';
import { decodeCheckpoint } from '../../training/checkpoint.ts';
import { makeCard } from './make-card.ts';
import { withoutRemoved } from './without-removed.ts';

/**
 * Makes a model of an interrupted training as it stands, with the best weights so far, or the last ones where
 * nothing judged them. Needs no engine.
 * @param model its id, or `newest`
 * @returns the model's id
 * @throws LacssError `model-invalid` where no training was interrupted, `annotation-missing` where it had no
 * time to learn
 */
export async function finishTraining(
  project: Project,
  { model }: { model: string },
): Promise<{ model: string }> {
  project.refuseWhenReadOnly();
  const models = new ModelStore(project.path('models'));
  const id = await models.findResumable(model);
  const { run } = withoutRemoved(project, await models.readRun(id));
  const checkpoint = await models.readCheckpoint(id, 'last');
  if (checkpoint === null) {
    throw new LacssError('model-invalid', `The training of ${id} was stopped before it kept anything.`, {
      subject: id,
      remedy: `Start it again: lacss train --resume ${id}.`,
    });
  }
  const { header, weights, bestWeights } = decodeCheckpoint(checkpoint);
  const bytes = header.best === null ? weights : bestWeights;
  const card = await makeCard(project, run, {
    steps: header.step,
    epochs: header.epochs,
    chosenEpoch: header.best?.epoch ?? header.epochs.length,
    cellSize: header.cellSize,
    elapsedMs: header.elapsedMs,
    engine: 'stopped by hand',
    bytes,
  });
  await models.save(id, { card, manifest: header.weights, bytes });
  await models.removeCheckpoints(id);
  return { model: id };
}
