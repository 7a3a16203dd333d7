import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { packMask } from '../../../src-main/contract/packed-mask.ts';
import type { ImageEntry } from '../../../src-main/contract/project-files.ts';
import { changeImages } from '../../../src-main/tasks/images/change-images.ts';
import { setAllChecked } from '../../../src-main/tasks/review/edit-review.ts';
import { openReview } from '../../../src-main/tasks/review/open-review.ts';
import { planTraining } from '../../../src-main/tasks/training/plan-training.ts';
import { planView } from '../../../src-main/tasks/training/plan-view.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { judgeCells } from '../judge-cells.ts';
import { keepRowOfCells } from '../keep-row-of-cells.ts';
import { smallProject } from '../small-project.ts';

test('the cell size is that of the training: no foreground without points, and in µm where known', async () => {
  const project = await smallProject(temporaryFolder(), 3);
  const [one, two, empty] = project.manifest.images as [ImageEntry, ImageEntry, ImageEntry];
  const source = { method: 'threshold', by: 'person', parameters: {} } as const;
  const annotate = async (image: typeof one, points: number[], pixels: number): Promise<void> => {
    const data = new Uint8Array(128 * 128).fill(1, 0, pixels);
    await project.annotation(image).edit('annotate', {
      foreground: { value: packMask({ height: 128, width: 128, data }), source },
      locations: { value: Float32Array.from(points), source },
    });
  };
  await annotate(one, [10, 10, 20, 20], 800);
  await annotate(two, [10, 10, 20, 20], 200);
  await annotate(empty, [], 128 * 128);
  expect((await planView(project, undefined)).cellDiameterPx).toBeCloseTo(2 * Math.sqrt(250 / Math.PI), 9);
  // The second image has pixels of twice the size: its cells are as large as those of the first.
  await changeImages(project, {
    edit: randomUUID(),
    images: [one.id, empty.id],
    pixelSizeUm: { y: 0.5, x: 0.5 },
  });
  await changeImages(project, { edit: randomUUID(), images: [two.id], pixelSizeUm: { y: 1, x: 1 } });
  expect((await planView(project, undefined)).cellDiameterPx).toBeCloseTo(2 * Math.sqrt(400 / Math.PI), 9);
  await project.close();
});

test('an image of which some cells were reviewed teaches, but judges only once all of them are checked', async () => {
  const project = await smallProject(temporaryFolder(), 1);
  const { id, name } = project.manifest.images[0]!;
  const found = { model: 'any', at: '2026-01-01T00:00:00.000Z', scores: [0.9, 0.8] };
  await keepRowOfCells(project, name, found);
  const [cell] = (await openReview(project, id))!.document.cells;
  await judgeCells(project, name, [cell!.id], 'accepted');
  const planned = (): Promise<[number, number, string[]]> =>
    planTraining(project, {}).then(({ training, validation, leftOut }) => [
      training.length,
      validation.length,
      leftOut.map(({ reason }) => reason),
    ]);
  expect(await planned()).toEqual([1, 0, []]);
  await changeImages(project, { edit: randomUUID(), images: [id], validation: true });
  expect(await planned()).toEqual([0, 0, ['it has no foreground']]);
  await setAllChecked(project, id, (await openReview(project, id))!.document, true);
  expect(await planned()).toEqual([0, 1, []]);
  await project.close();
});

test('with points only, points are enough, and their spacing is the cell size', async () => {
  const project = await smallProject(temporaryFolder(), 1);
  const grid = Array.from({ length: 16 }, (_, k) => [16 + 24 * Math.floor(k / 4), 16 + 24 * (k % 4)]).flat();
  const source = { method: 'edited', by: 'person', parameters: {} } as const;
  const useForeground = (foreground: 'picked' | 'none'): Promise<unknown> =>
    project.update((manifest) => ({
      ...manifest,
      settings: { ...manifest.settings, training: { foreground } },
    }));
  await useForeground('none');
  expect((await planView(project, undefined)).obstacle?.message).toBe('No image has points yet.');
  await project.annotation(project.manifest.images[0]!).edit('annotate', {
    locations: { value: Float32Array.from(grid), source },
  });
  const view = await planView(project, undefined);
  expect(view).toMatchObject({ obstacle: null, locations: 16 });
  expect(view.cellDiameterPx).toBeCloseTo(24, 6);
  await useForeground('picked');
  expect((await planView(project, undefined)).obstacle?.message).toMatch(/both a foreground and locations/);
  await project.close();
});
