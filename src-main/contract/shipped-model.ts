/**
 * The model that comes with the program (`resources/models`), for trainings to start from: they take its id like that of a
 * model of the project. It has learnt generated cells only, with every outline given.
 */
export const shippedModel = {
  id: 'generated-cells',
  name: 'Pretrained on synthetic cells',
  preset: 'small',
} as const;
