import { expect, test } from 'vitest';
import type { ImageSummary } from '../../../src-main/contract/requests/image-requests.ts';
import type { ImageOrder } from '../../../src-main/contract/requests/project-requests.ts';
import type { NextImage } from '../../../src-main/contract/requests/review-requests.ts';
import { ImageSorting } from '../../../src-renderer/state/image-sorting.svelte.ts';

const image = (id: string, foreground: 'missing' | 'picked'): ImageSummary =>
  ({
    id,
    name: id,
    files: [],
    excluded: false,
    failure: null,
    marks: { foreground, locations: 'found', predictedBy: null, cells: 0, accepted: 0, rejected: 0 },
  }) as unknown as ImageSummary;

function open() {
  const settings: { imageOrder: ImageOrder } = { imageOrder: 'added' };
  const project = {
    images: [image('a', 'picked'), image('b', 'missing'), image('c', 'picked')],
    display: { settings, change: (patch: { imageOrder: ImageOrder }) => Object.assign(settings, patch) },
    asked: 0,
    nextImages: {
      ranked: { value: null as NextImage[] | null },
      rank: () => {
        project.asked++;
        const doubtOf = { a: 0.1, b: 0.2, c: 0.3 * project.asked };
        project.nextImages.ranked.value = Object.entries(doubtOf).map(
          ([id, doubt]) => ({ image: id, doubt }) as NextImage,
        );
        return Promise.resolve();
      },
    },
  };
  const sorting = new ImageSorting(project);
  const inOrder = () => [...sorting.places].sort((x, y) => x[1] - y[1]).map(([id]) => id);
  return { project, sorting, settings, inOrder };
}

test('the order is kept while one works, and made anew on the way to another stage', async () => {
  const { project, sorting, settings, inOrder } = open();
  await sorting.choose('status');
  expect(settings.imageOrder).toBe('status');
  expect(inOrder()).toEqual(['b', 'a', 'c']);
  project.images = [image('a', 'picked'), image('b', 'picked'), image('c', 'missing')];
  expect(inOrder()).toEqual(['b', 'a', 'c']);
  await sorting.enter();
  expect(inOrder()).toEqual(['c', 'a', 'b']);
});

test('doubt is worked out when a person asks for it, and once where the project was kept in that order', async () => {
  const { project, sorting, inOrder } = open();
  await sorting.choose('doubt');
  expect(inOrder()).toEqual(['c', 'b', 'a']);
  await sorting.enter();
  await sorting.enter();
  expect(project.asked).toBe(1);
  const reopened = open();
  reopened.settings.imageOrder = 'doubt';
  await reopened.sorting.enter();
  expect([reopened.inOrder(), reopened.project.asked]).toEqual([['c', 'b', 'a'], 1]);
});
