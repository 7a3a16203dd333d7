import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openProject } from '../../../src-main/project/open-project.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { changeImages } from '../../../src-main/tasks/images/change-images.ts';
import { describeProject } from '../../../src-main/tasks/images/describe-project.ts';
import { exportCells } from '../../../src-main/tasks/results/export-cells.ts';
import { planTraining } from '../../../src-main/tasks/training/plan-training.ts';
import { hasPipes, makePipe } from '../../fixtures/make-pipe.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { keepRowOfCells } from '../keep-row-of-cells.ts';
import { judgeCells } from '../judge-cells.ts';
import { control, smallProject } from '../small-project.ts';

let folder: string;

/** Two images, each segmented and reviewed. */
beforeEach(async () => {
  const project = await smallProject(temporaryFolder(), 2);
  folder = project.folder;
  for (const { name, id } of project.manifest.images) {
    await keepRowOfCells(project, name, {
      model: 'small-1',
      at: '2026-01-01T00:00:00.000Z',
      scores: [0.9, 0.8],
    });
    await judgeCells(project, id, [1], 'accepted');
  }
  await project.close();
});

const reopen = (): Promise<Project> => openProject(folder, { purpose: 'test' });
const annotation = (name: string): string => join(folder, 'annotations', 'field-1', name);

function replaceByFolder(path: string): void {
  rmSync(path, { force: true });
  mkdirSync(path);
}

const faults: [string, () => string][] = [
  [
    'review.json is no JSON',
    () => (writeFileSync(annotation('review.json'), '{'), annotation('review.json')),
  ],
  [
    'review.json counts three thousand million cells',
    () => {
      const review = {
        model: 'small-1',
        madeAt: 'x',
        cells: 3_000_000_000,
        accepted: [],
        rejected: [],
        deleted: [],
      };
      writeFileSync(annotation('review.json'), JSON.stringify(review));
      return annotation('review.json');
    },
  ],
  [
    'history.jsonl is a folder',
    () => (replaceByFolder(annotation('history.jsonl')), annotation('history.jsonl')),
  ],
  ['labels.tif is a folder', () => (replaceByFolder(annotation('labels.tif')), annotation('labels.tif'))],
  [
    'the record of its prediction is no JSON',
    () => {
      const path = join(folder, 'predictions', 'small-1', 'field-1', 'record.json');
      writeFileSync(path, '{');
      return path;
    },
  ],
];
if (hasPipes) {
  faults.push([
    'history.jsonl is a pipe',
    () => {
      rmSync(annotation('history.jsonl'));
      makePipe(annotation('history.jsonl'));
      return annotation('history.jsonl');
    },
  ]);
}

describe.each(faults)('where %s', (_, breakIt) => {
  test('the project opens, the image shows file and remedy, and the other image works', async () => {
    const path = breakIt();
    const project = await reopen();
    const [bad, good] = (await describeProject(project)).images;
    expect(bad!.failure).toMatchObject({ subject: path, remedy: expect.any(String) as string });
    expect(good).toMatchObject({ failure: null, marks: { cells: 2, accepted: 1 } });
    expect((await planTraining(project, {})).leftOut.map(({ image }) => image)).toContain('field-1');
    await changeImages(project, { edit: randomUUID(), images: ['field-2'], excluded: true });
    expect((await describeProject(project)).images[1]).toMatchObject({ excluded: true, failure: null });
    await project.close();
  });
});

test.each([
  ['of whichever model was last', {}],
  ['of a model', { model: 'small-1' }],
])(
  'an export %s names the image whose prediction cannot be read, and writes the others',
  async (_, choice) => {
    writeFileSync(join(folder, 'predictions', 'small-1', 'field-1', 'record.json'), '{');
    const project = await reopen();
    const { failures, files } = await exportCells(project, { formats: ['label-tiff'], ...choice }, control);
    expect(failures).toMatchObject([{ subject: 'field-1', code: 'file-damaged' }]);
    expect(failures[0]!.message).toContain('record.json');
    expect(files).toEqual([project.path('exports', 'field-2_labels.tif')]);
    expect(readdirSync(project.path('exports'))).toEqual(['field-2_labels.tif']);
    await project.close();
  },
);
