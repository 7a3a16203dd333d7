import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unpackMask } from '../../src-main/contract/packed-mask.ts';
import { labelImageOf } from '../../src-main/imaging/label/cut-labels.ts';
import { writeTiff } from '../../src-main/imaging/tiff/write-tiff.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import type { Project } from '../../src-main/project/project.ts';
import { addImages } from '../../src-main/tasks/images/add-images.ts';
import { attachLabels } from '../../src-main/tasks/images/attach-labels.ts';
import { makeForegrounds } from '../../src-main/tasks/foreground/make-foregrounds.ts';
import { locateCells } from '../../src-main/tasks/locations/locate-cells.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { control, smallProject } from './small-project.ts';

async function labelled(): Promise<{ folder: string; project: Project }> {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 1);
  await attachLabels(project, { folder: join(folder, 'truth') }, control);
  return { folder, project };
}

describe('foreground', () => {
  test('takes the best-ranked candidate, keeps how it was made, and does nothing twice', async () => {
    const { project } = await labelled();
    const image = project.image('field-1');
    const first = await makeForegrounds(project, { choice: { kind: 'best' } }, control);
    expect(first.failures).toEqual([]);
    const { candidate, confidence, fraction } = first.done[0]!;
    expect(candidate).toBeGreaterThanOrEqual(1);
    expect(candidate).toBeLessThanOrEqual(5);
    const labels = labelImageOf((await project.annotation(image).read('labels'))!);
    const mask = unpackMask((await project.annotation(image).read('foreground'))!);
    let shared = 0;
    let either = 0;
    for (const [i, label] of labels.data.entries()) {
      if (label > 0 && mask.data[i]! > 0) shared += 1;
      if (label > 0 || mask.data[i]! > 0) either += 1;
    }
    // Far better than all or nothing. test/annotation measures the accuracy.
    expect(shared / either).toBeGreaterThan(0.6);
    expect(fraction).toBeCloseTo(mask.data.reduce((sum, value) => sum + value, 0) / mask.data.length);
    expect((await project.annotation(image).view()).state.foreground?.source).toMatchObject({
      method: 'candidate',
      by: 'machine',
      parameters: { candidate, confidence },
    });
    const second = await makeForegrounds(project, { choice: { kind: 'candidate', number: 1 } }, control);
    expect(second).toMatchObject({ done: [], kept: ['field-1'] });
    const again = await makeForegrounds(
      project,
      { choice: { kind: 'candidate', number: 1 }, again: true },
      control,
    );
    expect(again.done).toMatchObject([{ candidate: 1 }]);
    expect(await project.annotation(image).undo()).toMatchObject({
      undoTitle: `Accept suggestion ${candidate}`,
    });
    await project.close();
  });

  test('takes everything labelled, from attached label images or from a folder', async () => {
    const { folder, project } = await labelled();
    const attached = await makeForegrounds(project, { choice: { kind: 'labels' } }, control);
    const choice = { kind: 'labels', folder: join(folder, 'truth') } as const;
    const fromFolder = await makeForegrounds(project, { choice, again: true }, control);
    const labels = labelImageOf((await project.annotation(project.image('field-1')).read('labels'))!);
    const expected = labels.data.filter((label) => label > 0).length / labels.data.length;
    expect(attached.done[0]!.fraction).toBeCloseTo(expected);
    expect(fromFolder.done[0]!.fraction).toBeCloseTo(expected);
    await project.close();
  });

  test('of an all-black image is a sensible answer, not a failure of the program', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'images'));
    const black = writeTiff({
      height: 64,
      width: 64,
      dtype: 'uint16',
      sizes: { t: 1, z: 1, c: 2 },
      planes: [new Uint16Array(4096), new Uint16Array(4096)],
      channelNames: ['Membrane', 'DAPI'],
      pixelSizeUm: null,
    });
    writeFileSync(join(folder, 'images', 'black.tif'), black);
    const project = await createProject(join(folder, 'project'), 'test');
    await addImages(project, { paths: [join(folder, 'images')] }, control);
    const made = await makeForegrounds(project, { choice: { kind: 'best' } }, control);
    expect(made.done.length + made.failures.length).toBe(1);
    const found = await locateCells(project, { choice: { kind: 'difference-of-gaussians' } }, control);
    expect(found).toMatchObject({ done: [{ count: 0 }], failures: [] });
    await project.close();
  });
});

describe('locations', () => {
  test('from nuclei are as many as there are cells, or nearly', async () => {
    const { project } = await labelled();
    const { done } = await locateCells(project, { choice: { kind: 'difference-of-gaussians' } }, control);
    const { state } = await project.annotation(project.image('field-1')).view();
    expect(done[0]!.sigmaPx).toBeGreaterThan(2);
    expect(Math.abs(done[0]!.count - state.labels!.count)).toBeLessThanOrEqual(0.3 * state.labels!.count);
    expect(state.locations?.source.parameters).toMatchObject({ sigmaPx: done[0]!.sigmaPx });
    await project.close();
  });

  test('from label images are the centres of mass', async () => {
    const { project } = await labelled();
    const { done } = await locateCells(project, { choice: { kind: 'labels' } }, control);
    const { state } = await project.annotation(project.image('field-1')).view();
    expect(done[0]!.count).toBe(state.labels!.count);
    await project.close();
  });

  test('from tables called like the images; what is missing or outside is told by name', async () => {
    const folder = temporaryFolder();
    const project = await smallProject(folder, 3);
    const tables = join(folder, 'points');
    mkdirSync(tables);
    writeFileSync(join(tables, 'field-1_locations.csv'), 'y,x\n10.5,20.25\n');
    writeFileSync(join(tables, 'field-2.csv'), 'y,x\n10,200\n');
    const { done, failures } = await locateCells(
      project,
      { choice: { kind: 'csv', folder: tables } },
      control,
    );
    expect(done).toMatchObject([{ name: 'field-1', count: 1, sigmaPx: null }]);
    expect(failures).toMatchObject([
      { subject: 'field-2', code: 'annotation-invalid' },
      { subject: 'field-3', code: 'annotation-missing' },
    ]);
    expect([...(await project.annotation(project.image('field-1')).read('locations'))!]).toEqual([
      10.5, 20.25,
    ]);
    await project.close();
  });

  test('with σ in µm need a pixel size', async () => {
    const folder = temporaryFolder();
    const project = await smallProject(folder, 1);
    const choice = { kind: 'difference-of-gaussians', settings: { sigma: { um: 3.2 } } } as const;
    // 3.2 µm at 0.8 µm/px.
    expect((await locateCells(project, { choice }, control)).done[0]!.sigmaPx).toBeCloseTo(4);
    await project.update((manifest) => ({
      ...manifest,
      images: manifest.images.map((image) => ({ ...image, pixelSizeUm: null })),
    }));
    const { failures } = await locateCells(project, { choice, again: true }, control);
    expect(failures).toMatchObject([{ code: 'setting-invalid' }]);
    await project.close();
  });
});
