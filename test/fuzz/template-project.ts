import { join } from 'node:path';
import { packMask } from '../../src-main/contract/packed-mask.ts';
import { defaultTrainingSettings } from '../../src-main/contract/training.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import { predictionFiles, PredictionStore } from '../../src-main/project/prediction-store.ts';
import { add } from '../../src-main/tasks/images/add.ts';
import { removeImages } from '../../src-main/tasks/images/change-images.ts';
import { markLatest } from '../tasks/mark-latest.ts';
import { TrainingLog } from '../../src-main/tasks/training/training-log.ts';
import { storedModel } from '../fixtures/stored-model.ts';
import { disks, imageSize, writeTwoChannelImages } from '../fixtures/two-channel-images.ts';
import { checkpointBytes } from './checkpoint-bytes.ts';

/**
 * Makes a small project that holds one file of every kind: two images, an annotation with history, a removed image, a model,
 * an interrupted training with a checkpoint and curves, a prediction with a review.
 */
export async function makeTemplateProject(folder: string): Promise<void> {
  await writeTwoChannelImages(join(folder, 'images'), 3);
  const project = await createProject(folder, 'test');
  const control = { signal: new AbortController().signal, onProgress: () => undefined };
  const { added } = await add(project, { paths: [join(folder, 'images')] }, control);
  const [first, second, third] = added;
  if (first === undefined || second === undefined || third === undefined) throw new TypeError('three images');
  await removeImages(project, [third.id]);

  const points = Float32Array.from(disks.flatMap(({ y, x }) => [y, x]));
  const labels = { ...imageSize, data: new Int32Array(imageSize.height * imageSize.width) };
  for (const [i, { y, x }] of disks.entries()) {
    for (let dy = 0; dy < 4; dy++)
      labels.data.fill(i + 1, (y + dy) * imageSize.width + x, (y + dy) * imageSize.width + x + 4);
  }
  const mask = packMask({
    ...imageSize,
    data: Uint8Array.from(labels.data, (label) => (label > 0 ? 1 : 0)),
  });
  const source = { method: 'file', by: 'person', parameters: {} } as const;
  for (const image of [first, second]) {
    const annotation = project.annotation(image);
    await annotation.edit('Pick candidate 1', { foreground: { value: mask, source } });
    await annotation.edit('Find locations', { locations: { value: points, source } });
    await annotation.edit('Attach labels', { labels: { value: labels, source } });
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
  await models.saveCheckpoint('tiny-2', 'last', checkpointBytes());
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

  const segmentation = { labels, scores: Float32Array.of(0.9, 0.6, 0.3), locations: points };
  const record = {
    imageName: first.name,
    imageSha256: first.files.map(({ sha256 }) => sha256),
    weightsSha256: storedModel('first', 1).card.weights.sha256,
    parameters: { minScore: 0.1 },
    cells: 3,
    elapsedMs: 5,
    at: new Date(0).toISOString(),
  };
  for (const image of [first, second]) {
    const store = new PredictionStore(project.path('predictions', 'first', image.id));
    await store.write({ ...record, imageName: image.name }, predictionFiles(segmentation));
  }
  await markLatest(project, first.id, [0], 'accepted');
  await project.close();
}
