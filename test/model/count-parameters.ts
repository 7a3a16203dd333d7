import type { LacssModel } from '../../src-main/model/create-model.ts';

/** The number of trainable numbers in a model. */
export function countParameters(model: LacssModel): number {
  let count = 0;
  for (const variable of model.variables.values()) count += variable.size;
  return count;
}
