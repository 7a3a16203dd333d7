export const stages = ['images', 'foreground', 'locations', 'train', 'review', 'results'] as const;
export type Stage = (typeof stages)[number];

export const stageNames: Record<Stage, string> = {
  images: 'Images',
  foreground: 'Foreground',
  locations: 'Points',
  train: 'Train',
  review: 'Review',
  results: 'Results',
};
