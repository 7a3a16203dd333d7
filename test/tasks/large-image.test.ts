import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { workingBlockPx } from '../../src-main/annotation/working-block.ts';
import { isForeground } from '../../src-main/contract/packed-mask.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { computeCandidates } from '../../src-main/tasks/foreground/compute-candidates.ts';
import { makeForegrounds } from '../../src-main/tasks/foreground/make-foregrounds.ts';
import { readForeground } from '../../src-main/tasks/foreground/read-foreground.ts';
import { addImages } from '../../src-main/tasks/images/add-images.ts';
import { locateCells } from '../../src-main/tasks/locations/locate-cells.ts';
import { readLocations } from '../../src-main/tasks/locations/read-locations.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { tiffOfPages } from '../fixtures/tiff-of-pages.ts';

const control = { signal: new AbortController().signal, onProgress: () => undefined };

test('blocks are as small as 2²⁴ pixels allow', () => {
  expect(
    [1, 4096, 4097, 8192, 8193, 16384].map((side) => workingBlockPx({ height: side, width: side })),
  ).toEqual([1, 1, 2, 2, 3, 4]);
});

test('an image of over 2²⁴ pixels gets its foreground and its points', { timeout: 600_000 }, async () => {
  // Wide, so that there are few rows of cells to cut.
  const [height, width, pitch] = [257, 65_537, 128];
  const pixels = new Uint8Array(height * width);
  const isCell = (y: number, x: number): boolean =>
    Math.hypot((y % pitch) - 64, (x % pitch) - 64) <= 30 && y < 256 && x < 65_536;
  for (let i = 0; i < pixels.length; i++)
    pixels[i] = (isCell(Math.floor(i / width), i % width) ? 160 : 20) + ((i * 7919) % 13);
  const folder = temporaryFolder();
  const page = { width, height, pixels: deflateSync(pixels), compression: 8 };
  writeFileSync(join(folder, 'wide.tif'), tiffOfPages([page]));
  const project = await createProject(join(folder, 'project'), 'test');
  const { failures } = await addImages(project, { paths: [join(folder, 'wide.tif')] }, control);
  expect(failures).toEqual([]);
  await project.update((manifest) => ({
    ...manifest,
    images: manifest.images.map((image) => ({ ...image, roles: { cells: 0, nuclei: 0 } })),
  }));
  const { id } = project.manifest.images[0]!;

  expect((await makeForegrounds(project, { choice: { kind: 'best' } }, control)).failures).toEqual([]);
  const choice = { kind: 'difference-of-gaussians', settings: { sigma: { px: 16 } } } as const;
  expect((await locateCells(project, { choice }, control)).failures).toEqual([]);

  const { mask, contours } = await readForeground(project, id);
  expect(mask).toMatchObject({ height, width });
  let [both, either] = [0, 0];
  for (let i = 0; i < pixels.length; i++) {
    const [isTrue, isFound] = [isCell(Math.floor(i / width), i % width), isForeground(mask!, i)];
    if (isTrue && isFound) both++;
    if (isTrue || isFound) either++;
  }
  // The border of a disk of radius 30 px in steps of 2 px.
  expect(both / either).toBeGreaterThan(0.95);
  expect(contours!.ringLabels).toHaveLength(1024);
  const { points, warnings } = await readLocations(project, id);
  expect(points).toHaveLength(2 * 1024);
  expect(warnings).toEqual([]);
  for (let k = 0; k < points.length; k++) expect(Math.abs((points[k]! % pitch) - 64.5)).toBeLessThan(2);

  // The work reports progress, and a stop takes effect there.
  const { settings } = project.manifest;
  let shares = 0;
  const pace = (): Promise<void> => (++shares < 3 ? Promise.resolve() : Promise.reject(new Error('stop')));
  await expect(computeCandidates(project, project.image(id), settings.foreground, pace)).rejects.toThrow(
    'stop',
  );
});
