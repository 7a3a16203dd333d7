export const stages = ['images', 'foreground', 'locations', 'train', 'review', 'results'] as const;
export type Stage = (typeof stages)[number];

/** The name of a stage in the language in use. */
export function stageName(stage: Stage): string {
  switch (stage) {
    case 'images':
      return 'Images';
    case 'foreground':
      return 'Foreground';
    case 'locations':
      return 'Points';
    case 'train':
      return 'Train';
    case 'review':
      return 'Review';
    case 'results':
      return 'Results';
  }
}
