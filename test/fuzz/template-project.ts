import { join } from 'node:path';
import { defaultTrainingSettings } from '../../src-main/contract/training.ts';
import { defaultDisplay, writeDisplay } from '../../src-main/host/display-file.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import { addImages } from '../../src-main/tasks/images/add-images.ts';
import { removeImages } from '../../src-main/tasks/images/change-images.ts';
import { judgeCells } from '../tasks/judge-cells.ts';
import { TrainingLog } from '../../src-main/tasks/training/training-log.ts';
import { annotateDisks, predictDisks } from '../fixtures/annotated-disks.ts';
import { storedModel } from '../fixtures/stored-model.ts';
import { writeTwoChannelImages } from '../fixtures/two-channel-images.ts';
import { checkpointBytes } from './checkpoint-bytes.ts';

/**
 * Makes a small project with one file of every kind: two images, an annotation with history, a removed image,
 * a model, an interrupted training with a checkpoint and curves, a prediction with a review.
 */
export async function makeTemplateProject(folder: string): Promise<void> {
  await writeTwoChannelImages(join(folder, 'images'), 3);
  const project = await createProject(folder, 'test');
  const control = { signal: new AbortController().signal, onProgress: () => undefined };
  const { added } = await addImages(project, { paths: [join(folder, 'images')] }, control);
  const [first, second, third] = added;
  if (first === undefined || second === undefined || third === undefined) throw new TypeError('three images');
  await removeImages(project, [third.id]);

  for (const image of [first, second]) {
    await annotateDisks(project, image);
    const annotation = project.annotation(image);
    await annotation.undo();
    await annotation.redo();
  }

  const models = new ModelStore(project.path('models'));
  await models.save('tiny-1', storedModel('first', 1));
  const run = {
    name: 'second',
    startedAt: new Date(0).toISOString(),
    preset: 'tiny',
    channels: ['cells'],
    training: [first.id],
    validation: [second.id],
    useLabels: false,
    startedFrom: null,
    settings: defaultTrainingSettings,
  } as const;
  await models.writeRun('tiny-2', {
    ...run,
    channels: [...run.channels],
    training: [...run.training],
    validation: [...run.validation],
  });
  await models.saveCheckpoint('tiny-2', checkpointBytes());
  const log = new TrainingLog(models.path('tiny-2'));
  log.step({
    step: 1,
    epoch: 1,
    example: first.name,
    cells: 3,
    terms: { detection: 1, location: 1, instance: 1, size: null, edge: null, total: 3 },
    gradientNorm: 1,
    learningRate: 1e-3,
    meanAreaPx: 16,
    elapsedMs: 5,
  });
  await log.flush();

  for (const image of [first, second]) await predictDisks(project, 'first', image);
  await judgeCells(project, first.id, [1], 'accepted');
  await writeDisplay(project, defaultDisplay);
  await project.close();
}
