/**
 * The model included with the program (`resources/models`), as a start for trainings. Its id works like that
 * of a model of the project. It was trained on synthetic cells only, with full outlines.
 */
export const shippedModel = {
  id: 'generated-cells',
  name: 'Pretrained on synthetic cells',
  preset: 'small',
} as const;
