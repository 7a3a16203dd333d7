import { expect, test } from 'vitest';
import { presets } from '../../src-main/model/presets.ts';
import {
  resourceDescription,
  type DescriptionParts,
} from '../../src-main/model-export/resource-description.ts';
import { shippedModelPath } from '../../src-main/project/included-model-path.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';

const file = { source: 'a', sha256: '0'.repeat(64) };

// bioimage.io accepts names of 5 to 128 characters: letters, digits, spaces and _ - ( ).
test.each([
  ['A', 'LACSS model A'],
  ['A431', 'LACSS model A431'],
  ['', 'LACSS model'],
  ['€ / %', 'LACSS model'],
  ['HeLa cells', 'HeLa cells'],
  ['A431+', 'LACSS model A431'],
  ['細胞', 'LACSS model 細胞'],
  ['x'.repeat(200), 'x'.repeat(128)],
])('a model called %j has a name that bioimage.io takes', async (name, valid) => {
  const { card } = await loadModelFrom(shippedModelPath);
  const parts: DescriptionParts = {
    card: { ...card, name },
    preset: presets.small,
    patchSize: 48,
    authors: [],
    licence: null,
    at: card.createdAt,
    weights: file,
    finder: file,
    documentation: file,
    testTensors: {
      image: file,
      locations: file,
      scores: file,
      offsets: file,
      masks: file,
      origins: file,
    },
  };
  const { name: written } = resourceDescription(parts) as { name: string };
  expect(written).toBe(valid);
  expect(written).toMatch(/^[\p{L}\p{N}_() -]{5,128}$/u);
});
