import { expect, test } from 'vitest';
import { readCorrections } from '../../../src-main/tasks/training/read-corrections.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { judgeCells } from '../judge-cells.ts';
import { keepRowOfCells } from '../keep-row-of-cells.ts';
import { smallProject } from '../small-project.ts';

test('five outlines of a person tell the size of the cells, with fewer all found cells do', async () => {
  const project = await smallProject(temporaryFolder(), 1);
  const prediction = {
    model: 'small-1',
    at: '2026-01-01T00:00:00.000Z',
    scores: [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3],
  };
  await keepRowOfCells(project, 'field-1', prediction);
  await project.update((manifest) => ({
    ...manifest,
    settings: { ...manifest.settings, review: { minScore: 0 } },
  }));
  const size = async () => (await readCorrections(project, project.image('field-1')))!.reviewed.found;
  await judgeCells(project, 'field-1', [1, 2, 3, 4], 'accepted');
  expect(await size()).toEqual({ pixels: 7 * 64, count: 7 });
  await judgeCells(project, 'field-1', [5], 'accepted');
  expect(await size()).toEqual({ pixels: 5 * 64, count: 5 });
  await project.close();
});
