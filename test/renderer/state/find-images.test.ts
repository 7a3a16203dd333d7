import { expect, test } from 'vitest';
import type { ImageSummary } from '../../../src-main/contract/requests/image-requests.ts';
import type { ImageOrder } from '../../../src-main/contract/requests/project-requests.ts';
import { findImages, placesBy } from '../../../src-renderer/state/find-images.ts';
import type { ImageQuery } from '../../../src-renderer/state/find-images.ts';

function image(name: string, patch: Partial<ImageSummary>, marks: Partial<ImageSummary['marks']>) {
  const marked = { foreground: 'missing', locations: 'missing', predictedBy: null, labels: false };
  const bare = { ...marked, cells: 0, accepted: 0, rejected: 0 };
  return {
    id: name,
    name,
    excluded: false,
    validation: false,
    failure: null,
    files: [`${name.endsWith('0') || name.endsWith('2') ? 'b' : 'a'}/${name}.tif`],
    ...patch,
    marks: { ...bare, ...marks },
  } as ImageSummary;
}

const images = [
  image('A431 field 10', {}, { foreground: 'picked', locations: 'found' }),
  image('A431 field 9', { validation: true }, { foreground: 'picked' }),
  image('HeLa field 1', { excluded: true }, { labels: true }),
  image('HeLa field 2', {}, { predictedBy: 'small-1' }),
];

function names(query: Partial<ImageQuery>): string[] {
  return findImages(images, { words: '', status: 'all', ...query }).map(({ name }) => name);
}

test('images are found by words of their names, in any order and case', () => {
  expect(names({ words: ' field hela' })).toEqual(['HeLa field 1', 'HeLa field 2']);
  expect(names({ words: 'a431 1' })).toEqual(['A431 field 10', 'A431 field 9']);
  expect(names({ words: 'mouse' })).toEqual([]);
});

test('images are found by what is done with them', () => {
  expect(names({ status: 'annotated' })).toEqual(['A431 field 10']);
  // An excluded image needs no annotation.
  expect(names({ status: 'open' })).toEqual(['A431 field 9', 'HeLa field 2']);
  expect(names({ status: 'found' })).toEqual(['HeLa field 2']);
  expect(names({ status: 'labelled' })).toEqual(['HeLa field 1']);
  expect(names({ status: 'validation' })).toEqual(['A431 field 9']);
  expect(names({ status: 'excluded' })).toEqual(['HeLa field 1']);
  expect(names({ status: 'failed' })).toEqual([]);
});

/** Names in order, where the doubt of some images is known. */
function sorted(order: ImageOrder, doubts: Record<string, number> = {}): string[] {
  const places = placesBy(images, order, new Map(Object.entries(doubts)));
  return findImages(images, { words: '', status: 'all' }, places).map(({ name }) => name);
}

test('images are sorted by name with numbers by their value, by open work, by folder and by doubt', () => {
  const [ten, nine, one, two] = images.map(({ name }) => name);
  expect(sorted('added')).toEqual([ten, nine, one, two]);
  expect(sorted('name')).toEqual([nine, ten, one, two]);
  // Excluded images are last, whatever their state.
  expect(sorted('status')).toEqual([nine, ten, two, one]);
  expect(sorted('folder')).toEqual([nine, one, ten, two]);
  expect(sorted('doubt', { [two!]: 0.5, [nine!]: 0.25 })).toEqual([two, nine, ten, one]);
});

test('an image that was added after the sorting comes last', () => {
  const places = placesBy(images.slice(1), 'name', new Map());
  expect(findImages(images, { words: 'a431', status: 'all' }, places).map(({ name }) => name)).toEqual([
    'A431 field 9',
    'A431 field 10',
  ]);
});
