import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { packMask } from '../../../src-main/contract/packed-mask.ts';
import { changeImages } from '../../../src-main/tasks/images/change-images.ts';
import { planView } from '../../../src-main/tasks/training/plan-view.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { smallProject } from '../small-project.ts';

test('the cell size is that of the training: no foreground without points, and in µm where known', async () => {
  const project = await smallProject(temporaryFolder(), 3);
  const [one, two, empty] = project.manifest.images;
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
