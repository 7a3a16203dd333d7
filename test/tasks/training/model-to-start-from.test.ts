import { expect, test } from 'vitest';
import { baseModel, shippedModel } from '../../../src-main/contract/shipped-model.ts';
import { ModelStore } from '../../../src-main/project/model-store.ts';
import { modelToStartFrom } from '../../../src-main/tasks/training/model-to-start-from.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

test.each([shippedModel, baseModel])(
  'a training can start from $id, which is included',
  async ({ id, preset }) => {
    const { card, bytes } = await modelToStartFrom(new ModelStore(temporaryFolder()), id);
    expect(card.preset).toBe(preset);
    expect(card.inputChannels.length).toBe(1);
    expect(card.variant).toBeUndefined();
    expect(bytes.length).toBe(card.weights.byteLength);
  },
);
