import { baseModel, shippedModel } from '../../src-main/contract/shipped-model.ts';

/** The name of a model in the language in use; its own name unless the program includes it. */
export function includedName({ id, name }: { id: string; name: string }): string {
  if (id === shippedModel.id) return 'Pretrained on synthetic cells';
  return id === baseModel.id ? 'Base model for cells' : name;
}
