import { expect, test } from 'vitest';
import { imagesFor } from '../../build/base/data-use.ts';
import { baseModel, shippedModel } from '../../src-main/contract/shipped-model.ts';
import { openEngine } from '../../src-main/engine/open-engine.ts';
import { planeAt } from '../fixtures/plane-at.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import { segmentImage } from '../../src-main/inference/segment-image.ts';
import { atThreshold, averagePrecision } from '../../src-main/metrics/average-precision.ts';
import { matchInstances } from '../../src-main/metrics/match-instances.ts';
import { imageScale } from '../../src-main/model/image-scale.ts';
import { loadModel } from '../../src-main/model/weights.ts';
import { baseModelPath, shippedModelPath } from '../../src-main/project/included-model-path.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';
import { colonyRaster } from '../../src-main/sample/colony-raster.ts';
import { generateColonyImage } from '../../src-main/sample/generate-colony-image.ts';

test('the model that comes with the program is what trainings are told, and finds generated cells it has not seen', async () => {
  const { card, manifest, bytes } = await loadModelFrom(shippedModelPath);
  expect(card).toMatchObject({ name: shippedModel.name, preset: shippedModel.preset });
  expect(card.inputChannels).toHaveLength(1);
  expect(card.training!.images.every(({ supervision }) => supervision === 'full')).toBe(true);

  const engine = await openEngine('onnx');
  const model = await loadModel(card, manifest, bytes);
  try {
    const field = generateColonyImage(1); // it has learnt fields 7000 to 7023
    const { cellSize, targetDiameterPx } = card.preprocessing;
    const found = await segmentImage(networkOf(model.inference), [planeAt(colonyRaster(field), { c: 0 })], {
      scale: imageScale(cellSize, targetDiameterPx, field.pixelSizeUm),
      control: { signal: new AbortController().signal, onProgress: () => undefined },
    });
    const report = averagePrecision([matchInstances(found.labels, found.scores, field.labels)]);
    expect(report.truthCount).toBeGreaterThan(50);
    expect(atThreshold(report, report.averagePrecision, 0.5)).toBeGreaterThan(0.95);
  } finally {
    model.dispose();
    engine.close();
  }
});

test('the base model names every image it was taught, and each may teach', async () => {
  const { card } = await loadModelFrom(baseModelPath);
  expect(card).toMatchObject({ name: baseModel.name, preset: baseModel.preset });
  expect(card.preprocessing.anySize).toBe(true);
  const may = new Set(imagesFor('teach').map(({ set, name }) => `${set}/${name}`));
  const taught = card
    .training!.images.map(({ name }) => name)
    .filter((name) => !name.startsWith('generated '));
  expect(taught.length).toBeGreaterThan(50);
  expect(taught.filter((name) => !may.has(name))).toEqual([]);
});
