import { expect, test } from 'vitest';
import { hashBytes } from '../../../src-main/project/hash-bytes.ts';
import { shippedModelPath } from '../../../src-main/project/included-model-path.ts';
import { loadModelFrom } from '../../../src-main/project/model-store.ts';
import { withModel } from '../../../src-main/tasks/models/with-model.ts';

test.each([0, 3e38])('a model whose weights are all %d does no work', async (weight) => {
  const { card, manifest, bytes } = await loadModelFrom(shippedModelPath);
  const damaged = new Uint8Array(new Float32Array(bytes.length / 4).fill(weight).buffer);
  const weights = { ...card.weights, sha256: hashBytes(damaged) };
  const work = withModel({ card: { ...card, weights }, manifest, bytes: damaged }, 'onnx', () =>
    Promise.resolve(1),
  );
  await expect(work).rejects.toMatchObject({ code: 'model-invalid', subject: card.name });
});

test('the model that comes with the program works', async () => {
  expect(await withModel(await loadModelFrom(shippedModelPath), 'onnx', () => Promise.resolve(1))).toBe(1);
});
