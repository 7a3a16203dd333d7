import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labelTiff } from '../../src-main/formats/label-tiff.ts';
import { writeTiff } from '../../src-main/imaging/tiff/write-tiff.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { chromiumPath } from './chromium.ts';
import { openStudio } from './open-studio.ts';
import type { OpenedStudio } from './open-studio.ts';
import type { StudioPage } from './studio-page.ts';
import { writeColonies } from './write-colonies.ts';

/** Three focal planes at two time points. */
function stackTiff(): Uint8Array {
  const planes = Array.from({ length: 6 }, (_, page) =>
    Uint16Array.from(
      { length: 64 * 64 },
      (_, i) => 100 + ((i * (page + 7)) % 61) * (i % 3 === page % 3 ? 9 : 1),
    ),
  );
  const raster = {
    height: 64,
    width: 64,
    dtype: 'uint16' as const,
    pixelSizeUm: null,
    channelNames: ['DIC'],
  };
  return writeTiff({ ...raster, sizes: { t: 2, z: 3, c: 1 }, planes }, { description: 'ome' });
}

/** In order: each test continues after the one before. */
describe.skipIf(chromiumPath === undefined)('what is told while images and label images are added', () => {
  const folder = temporaryFolder();
  const fields = join(folder, 'fields');
  let opened: OpenedStudio | undefined;
  let page: Page;
  let studio: StudioPage;

  const addFolder = async (...names: string[]): Promise<void> => {
    await studio
      .button(/^(?:Add|Choose a) folder$/)
      .first()
      .click();
    await studio.chooseFolder(...names);
  };
  const intake = () => page.getByRole('dialog', { name: 'Add images' });

  beforeAll(async () => {
    await writeColonies(join(folder, 'made'), 5);
    for (const path of [fields, ...['again', 'markers', 'stacks'].map((name) => join(folder, name))])
      await mkdir(path);
    await writeFile(join(folder, 'stacks', 'embryo.tif'), stackTiff());
    for (let i = 1; i <= 4; i++) {
      await copyFile(join(folder, 'made', `colony-${i}.tif`), join(fields, `field-${i}.tif`));
      await copyFile(join(folder, 'truth', `colony-${i}.tif`), join(fields, `field-${i}_label.tif`));
    }
    await copyFile(join(fields, 'field-2.tif'), join(folder, 'again', 'copy.tif'));
    // One cell in a corner: the label image of another field.
    const data = new Int32Array(192 * 192);
    for (let y = 0; y < 9; y++) data.fill(1, y * 192, y * 192 + 9);
    await writeFile(join(folder, 'foreign.tif'), labelTiff({ height: 192, width: 192, data }));
    for (const [i, name] of ['X_CD3', 'X_DAPI'].entries()) {
      const raster = { height: 64, width: 64, dtype: 'uint16' as const, pixelSizeUm: null };
      const planes = [Uint16Array.from({ length: 4096 }, (_, k) => 100 + ((k * (7 + i)) % 50))];
      const sizes = { t: 1, z: 1, c: 1 };
      const bytes = writeTiff(
        { ...raster, sizes, planes, channelNames: ['Channel 1'] },
        { description: 'none' },
      );
      await writeFile(join(folder, 'markers', `${name}.tif`), bytes);
    }
    await (await createProject(join(folder, 'Intake'), 'test')).close();
    opened = await openStudio(folder, { project: join(folder, 'Intake') });
    ({ page, studio } = opened);
  });
  afterAll(async () => {
    await opened?.close();
  });

  test('label images are paired with images by name, shown, and attached', async () => {
    await addFolder('fields');
    await intake().getByText('Attach 4 label images').waitFor();
    await intake().getByText('field-3_label.tif').waitFor();
    await intake().getByRole('button', { name: 'Add 4 images' }).click();
    await studio.told('4 images').waitFor();
    await studio.inspector.getByText(/^Label image: field-1_label\.tif, \d+ cells$/).waitFor();
  });

  test('a label image is detached, and one of another field is warned about', async () => {
    await studio.inspector.getByRole('button', { name: 'Detach' }).click();
    await studio.inspector.getByText('No label image').waitFor();
    await studio.stage('Points').click();
    await studio.button('Find points in all images').click();
    await studio.button('Continue to Train').waitFor();
    await studio.stage('Images').click();
    await studio.inspector.getByRole('button', { name: 'Attach' }).click();
    await studio.chooseFile('foreign.tif');
    await studio.inspector
      .getByText(/^foreign\.tif may belong to another image: \d+ of the \d+ points/)
      .waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
  });

  test('an image with the content of another one is named, with the reason', async () => {
    await addFolder('again');
    await intake().getByRole('button', { name: 'Add 1 image' }).click();
    await studio.inspector
      .getByText('1 image not added: the project has images with the same content')
      .waitFor();
    await studio.inspector.getByText('same as field-2').waitFor();
  });

  test('a changed file is offered as an update', async () => {
    await copyFile(join(folder, 'made', 'colony-5.tif'), join(fields, 'field-3.tif'));
    await addFolder('fields');
    await intake().getByRole('button', { name: 'Add 4 images' }).click();
    await studio.inspector
      .getByText('1 image not added: the files have changed since you added them')
      .waitFor();
    await studio.inspector.getByRole('button', { name: 'Update 1 image' }).click();
    await studio.inspector.getByRole('button', { name: 'Update 1 image' }).waitFor({ state: 'detached' });
    await studio.told('4 images').waitFor();
  });

  test('files that only their names put together are asked about', async () => {
    await addFolder('markers');
    await intake()
      .getByText(/^X_CD3\.tif and X_DAPI\.tif have similar names/)
      .waitFor();
    await intake().getByRole('button', { name: 'Add 1 image' }).waitFor();
    await intake().getByRole('button', { name: 'Keep each file separate' }).click();
    await intake().getByRole('button', { name: 'Add 2 images' }).click();
    await studio.told('6 images').waitFor();
  });

  test('a stack shows the plane it uses, and becomes a projection or one image per plane', async () => {
    await addFolder('stacks');
    await intake().getByText('focal plane 1 of 3 · time point 1 of 2').waitFor();
    const ways = intake().getByRole('radiogroup', { name: 'Focal planes' });
    await ways.getByRole('radio', { name: 'One plane' }).and(page.locator('[aria-checked=true]')).waitFor();
    await ways.getByRole('radio', { name: 'Maximum projection' }).click();
    await intake().getByText('maximum of 3 focal planes · time point 1 of 2').waitFor();
    await intake().getByRole('button', { name: 'Add 1 image' }).waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
    await ways.getByRole('radio', { name: 'One image per plane' }).click();
    await intake().getByText('becomes 3 images').waitFor();
    await intake().getByRole('button', { name: 'Add 3 images' }).click();
    await studio.told('9 images').waitFor();
    const grid = page.getByRole('list', { name: 'Images' });
    await grid.getByRole('button', { name: 'Show embryo_z2' }).click();
    await studio.choose(/^Focal planes/, /^Best focus/);
    await studio.inspector.getByRole('slider', { name: 'Focal plane' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await studio.inspector
      .getByRole('slider', { name: 'Focal plane' })
      .and(page.locator('[aria-valuetext="2 of 3"]'))
      .waitFor();
    expect(studio.complaints).toEqual([]);
  });
});
