import type { ImageId } from '../../src-main/contract/fields.ts';
import type { ImageSummary } from '../../src-main/contract/requests/image-requests.ts';
import type { ImageOrder } from '../../src-main/contract/requests/project-requests.ts';

/** The filters of a list of images. */
export type ImageStatus =
  'all' | 'open' | 'annotated' | 'found' | 'labelled' | 'validation' | 'excluded' | 'failed';

/** An order of images, as a person chooses it. */
export function orderTitle(order: ImageOrder): string {
  switch (order) {
    case 'added':
      return 'In the order added';
    case 'name':
      return 'By name';
    case 'status':
      return 'By status, open work first';
    case 'folder':
      return 'By folder';
    case 'doubt':
      return 'Most doubtful cells first';
  }
}

/** The filter and the search of a list of images. */
export interface ImageQuery {
  /** Words that a name must have, in any order. */
  words: string;
  status: ImageStatus;
}

/** Numbers in names count by their value: field 9 before field 10. */
const byName = new Intl.Collator('en', { numeric: true });

/** The images that match a query, by their places. Those without a place come last. */
export function findImages(
  images: readonly ImageSummary[],
  { words, status }: ImageQuery,
  places: ReadonlyMap<ImageId, number> = new Map(),
): readonly ImageSummary[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = images.filter(
    (image) => has(image, status) && wanted.every((word) => image.name.toLowerCase().includes(word)),
  );
  if (places.size === 0) return found;
  const placeOf = ({ id }: ImageSummary): number => places.get(id) ?? images.length;
  return found.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/**
 * The place of each image in an order.
 * @param doubts by image; images without one have no cells to judge, and come last
 */
export function placesBy(
  images: readonly ImageSummary[],
  order: ImageOrder,
  doubts: ReadonlyMap<ImageId, number>,
): Map<ImageId, number> {
  const compare: Record<ImageOrder, (a: ImageSummary, b: ImageSummary) => number> = {
    added: () => 0,
    name: (a, b) => byName.compare(a.name, b.name),
    status: (a, b) => workDone(a) - workDone(b),
    folder: (a, b) => byName.compare(folderOf(a), folderOf(b)) || byName.compare(a.name, b.name),
    doubt: (a, b) => (doubts.get(b.id) ?? -1) - (doubts.get(a.id) ?? -1),
  };
  return new Map(images.toSorted(compare[order]).map(({ id }, place) => [id, place]));
}

/** The progress of an image; less finished images come first. */
function workDone(image: ImageSummary): number {
  const { marks, failure, excluded } = image;
  if (excluded) return 5;
  if (failure !== null) return 0;
  if (marks.cells > 0 && marks.accepted + marks.rejected === marks.cells) return 4;
  if (has(image, 'found')) return 3;
  return has(image, 'annotated') ? 2 : 1;
}

function folderOf({ files }: ImageSummary): string {
  return files[0]?.replace(/[^/\\]*$/, '') ?? '';
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
