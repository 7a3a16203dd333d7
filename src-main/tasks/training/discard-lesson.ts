import { rename, rm } from 'node:fs/promises';
import { LacssError } from '../../contract/errors.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import { fileError, systemCode } from '../../contract/file-error.ts';
import { provePath } from '../../project/held-folder.ts';
import { latestPrediction, predictingModels } from '../../project/latest-prediction.ts';
import type { Project } from '../../project/project.ts';
import { carryOver } from '../review/carry-over.ts';
import { foundCells } from '../review/found-cells.ts';
import { openReview, reviewSource } from '../review/open-review.ts';

/**
 * Removes a taught model and its predictions. Reviews and their undo stay.
 * @throws LacssError `model-invalid` if the model was not made by teaching; `file-unwritable`
 */
export async function discardLesson(project: Project, model: string): Promise<void> {
  project.refuseWhenReadOnly();
  const models = project.models;
  const { id, card } = await models.load(model);
  if (card.training?.teaching === undefined) {
    throw new LacssError('model-invalid', `${card.name} is not a taught model.`, {
      subject: id,
      remedy: 'Delete it in the list of models.',
    });
  }
  for (const image of project.manifest.images) await giveBack(project, image, id);
  // Predictions go first, because they cannot be discarded without the model.
  const predictions = project.path('predictions', id);
  const aside = project.path('predictions', `.removed-${id}-${Date.now()}`);
  try {
    await provePath(aside);
    await rename(predictions, aside);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw fileError(error, predictions, 'write');
  }
  await rm(aside, { recursive: true, force: true }).catch(() => undefined);
  await models.remove(id);
}

/** Carries a review of the model's cells over to the cells before them, as one step of the history. */
async function giveBack(project: Project, image: ImageEntry, model: string): Promise<void> {
  const { state } = await project.annotation(image).view();
  if (state.review === null) return;
  const review = await openReview(project, image.id);
  // Not in the history yet. The review there still belongs to the earlier cells.
  if (review === null || review.carried !== null || review.document.prediction?.model !== model) return;
  const others = (await predictingModels(project)).filter((other) => other !== model);
  const earlier = await latestPrediction(project, image.id, others);
  if (earlier === null) return;
  const prediction = { model: earlier.model, madeAt: earlier.record.at };
  const found = await foundCells(project, image, prediction);
  if (found === null) return;
  const value = { ...carryOver(review, found), allChecked: review.document.allChecked };
  const source = reviewSource({ newest: prediction }, value, 'machine');
  await project.annotation(image).edit(`Discard ${model}`, { review: { value, source } });
}
