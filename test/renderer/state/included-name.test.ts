import { expect, test } from 'vitest';
import { baseModel, shippedModel } from '../../../src-main/contract/shipped-model.ts';
import { includedName } from '../../../src-renderer/state/included-name.ts';

test('window and command line name the included models alike', () => {
  for (const model of [shippedModel, baseModel]) expect(includedName(model)).toBe(model.name);
  expect(includedName({ id: 'mine', name: 'My model' })).toBe('My model');
});
