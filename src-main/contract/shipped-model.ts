/**
 * A model included with the program (`resources/models`). Its id works like that of a model of the project.
 * It was trained on synthetic cells only, with full outlines.
 */
export const shippedModel = {
  id: 'generated-cells',
  name: 'Pretrained on synthetic cells',
  preset: 'small',
} as const;

/**
 * A second included model, taught on real and generated images of many kinds (`docs/data-licences.md`). It
 * finds cells without a training, and trainings start from it by default.
 */
export const baseModel = { id: 'base-cells', name: 'Base model for cells', preset: 'small' } as const;

/** Whether an id is that of a model included with the program. */
export function isIncluded(id: string | null): boolean {
  return id === shippedModel.id || id === baseModel.id;
}
