import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { summariseImages } from '../../src-main/tasks/images/describe-project.ts';
import { planView } from '../../src-main/tasks/training/plan-view.ts';
import { makeForegrounds } from '../../src-main/tasks/foreground/make-foregrounds.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { control, smallProject } from './small-project.ts';

test('files laid by hand into an annotation’s folder count: Train learns from them, and no verb writes over them', async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 3);
  expect((await planView(project, undefined)).training).toEqual([]);
  const laid = (image: string, name: string): string => {
    mkdirSync(project.path('annotations', image), { recursive: true });
    return project.path('annotations', image, name);
  };
  copyFileSync(join(folder, 'truth', 'field-1_label.tif'), laid('field-1', 'labels.tif'));
  // A foreground from another program counts like a pick.
  await makeForegrounds(project, { choice: { kind: 'best' }, images: ['field-3'] }, control);
  const drawn = readFileSync(project.path('annotations', 'field-3', 'foreground.png'));
  writeFileSync(laid('field-2', 'foreground.png'), drawn);
  writeFileSync(laid('field-2', 'locations.csv'), 'y,x\n20,20\n60,70\n');
  writeFileSync(laid('field-3', 'labels.tif'), 'no label image');

  const images = await summariseImages(project, project.manifest.images);
  expect(images.map(({ marks }) => [marks.foreground, marks.locationCount, marks.labels])).toEqual([
    ['missing', 0, true],
    ['picked', 2, false],
    ['suggestion', 0, false],
  ]);
  expect(images.map(({ failure }) => failure?.code)).toEqual([undefined, undefined, 'file-unsupported']);
  const plan = await planView(project, undefined);
  expect(plan).toMatchObject({ training: ['field-1', 'field-2'], locations: 2 });
  expect(plan.leftOut).toEqual([{ image: 'field-3', reason: images[2]!.failure!.message }]);

  await makeForegrounds(project, { choice: { kind: 'best' } }, control);
  expect(readFileSync(project.path('annotations', 'field-2', 'foreground.png'))).toEqual(drawn);
});
