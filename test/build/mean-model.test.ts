import { expect, test } from 'vitest';
import { meanModel } from '../../build/base/mean-model.ts';
import { hashBytes } from '../../src-main/project/hash-bytes.ts';
import type { StoredModel } from '../../src-main/project/model-file.ts';
import { shippedModelPath } from '../../src-main/project/included-model-path.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';

/** The included model with other weights, trained on one image. */
async function modelOf(image: string, weights: readonly number[]): Promise<StoredModel> {
  const { card, manifest } = await loadModelFrom(shippedModelPath);
  const training = card.training!;
  return {
    manifest,
    bytes: new Uint8Array(Float32Array.from(weights).buffer),
    card: {
      ...card,
      training: { ...training, steps: 10, images: [{ name: image, sha256: '', supervision: 'full' }] },
    },
  };
}

test('the mean model has the mean of each weight, its checksum, and the images of all rounds', async () => {
  const models = await Promise.all([modelOf('b', [1, -2, 0.5]), modelOf('a', [2, 4, 0.5])]);
  const mean = meanModel([models[0], models[1]], 'Mean');
  expect([...new Float32Array(mean.bytes.buffer)]).toEqual([1.5, 1, 0.5]);
  expect(mean.card.weights.sha256).toBe(hashBytes(mean.bytes));
  expect(mean.card.name).toBe('Mean');
  expect(mean.card.training).toMatchObject({ steps: 20, images: [{ name: 'a' }, { name: 'b' }] });
});

test('models of different networks have no mean', async () => {
  const models = await Promise.all([modelOf('a', [1, 2]), modelOf('a', [1, 2, 3])]);
  expect(() => meanModel([models[0], models[1]], 'Mean')).toThrow('not of one network');
});
