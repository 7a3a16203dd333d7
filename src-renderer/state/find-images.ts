import type { ImageSummary } from '../../src-main/contract/requests/image-requests.ts';

/** The images that a list can be narrowed to, and their names. */
export const imageStatuses = {
  all: 'All images',
  open: 'Not annotated',
  annotated: 'Annotated',
  found: 'Segmented',
  labelled: 'With a label image',
  validation: 'For validation',
  excluded: 'Excluded',
  failed: 'Cannot be read',
} as const;
export type ImageStatus = keyof typeof imageStatuses;
export type ImageOrder = 'added' | 'name';

/** What a list of images shows, and in which order. */
export interface ImageQuery {
  /** Words that a name must have, in any order. */
  words: string;
  status: ImageStatus;
  order: ImageOrder;
}

/** Numbers in names count by their value: field 9 before field 10. */
const byName = new Intl.Collator('en', { numeric: true });

/** The images that a query asks for. */
export function findImages(
  images: readonly ImageSummary[],
  { words, status, order }: ImageQuery,
): readonly ImageSummary[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = images.filter(
    (image) => has(image, status) && wanted.every((word) => image.name.toLowerCase().includes(word)),
  );
  return order === 'name' ? found.toSorted((a, b) => byName.compare(a.name, b.name)) : found;
}

function has({ marks, excluded, validation, failure }: ImageSummary, status: ImageStatus): boolean {
  const isAnnotated = marks.foreground !== 'missing' && marks.locations !== 'missing';
  switch (status) {
    case 'all':
      return true;
    case 'open':
      return !isAnnotated && !excluded;
    case 'annotated':
      return isAnnotated;
    case 'found':
      return marks.predictedBy !== null;
    case 'labelled':
      return marks.labels;
    case 'validation':
      return validation;
    case 'excluded':
      return excluded;
    case 'failed':
      return failure !== null;
  }
}
