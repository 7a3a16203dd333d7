import { expect, test } from 'vitest';
import type { ImageSummary } from '../../../src-main/contract/requests/image-requests.ts';
import { findImages } from '../../../src-renderer/state/find-images.ts';
import type { ImageQuery } from '../../../src-renderer/state/find-images.ts';

function image(name: string, patch: Partial<ImageSummary>, marks: Partial<ImageSummary['marks']>) {
  const bare = { foreground: 'missing', locations: 'missing', predictedBy: null, labels: false };
  return {
    id: name,
    name,
    excluded: false,
    validation: false,
    failure: null,
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
  return findImages(images, { words: '', status: 'all', order: 'added', ...query }).map(({ name }) => name);
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

test('numbers in names are sorted by their value', () => {
  expect(names({ order: 'name', words: 'a431' })).toEqual(['A431 field 9', 'A431 field 10']);
});
