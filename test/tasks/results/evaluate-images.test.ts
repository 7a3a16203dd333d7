import { beforeAll, describe, expect, test } from 'vitest';
import { shownCount } from '../../../src-main/contract/metrics.ts';
import { runsOf } from '../../../src-main/imaging/label/runs-of.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { evaluateProject } from '../../../src-main/tasks/results/judge-project.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { keepRowOfCells, rowOfCells } from '../keep-row-of-cells.ts';
import { judgeCells } from '../judge-cells.ts';
import { control, smallProject } from '../small-project.ts';

/** Two fields with four true cells each. Another model has segmented one of them since. */
describe('figures of the cells under review', () => {
  let project: Project;
  const judge = async (params: { model?: string; minScore?: number } = {}) => {
    const view = await evaluateProject(project, { project: 'p', minScore: 0.2, ...params }, control);
    // True cells, found and shown ones, and the share of true cells that the shown ones miss.
    const counts = ({ precision, field }: (typeof view)['pooled']) => [
      precision.truthCount,
      precision.predictionCount,
      shownCount(field),
      field.falseNegatives[0]! / precision.truthCount,
    ];
    return {
      ...view,
      pooled: counts(view.pooled),
      images: view.images.map(({ name, model, ...figures }) => [name, model, ...counts(figures)]),
    };
  };

  beforeAll(async () => {
    project = await smallProject(temporaryFolder(), 3);
    const source = { method: 'labels', by: 'person', parameters: {} } as const;
    for (const image of ['field-1', 'field-2']) {
      const labels = { value: runsOf(rowOfCells(4)), source };
      await project.annotation(project.image(image)).edit('Attach', { labels });
      await keepRowOfCells(project, image, {
        model: 'small-1',
        at: '2026-01-01T00:00:00.000Z',
        scores: [0.9, 0.8, 0.7, 0.6],
      });
    }
    await keepRowOfCells(project, 'field-2', {
      model: 'small-2',
      at: '2026-01-02T00:00:00.000Z',
      scores: [0.9, 0.1],
    });
  });

  test('are of the model that was used last on each image, and of the score that is asked for', async () => {
    expect(await judge()).toMatchObject({
      models: ['small-1', 'small-2'],
      pooled: [8, 6, 5, 3 / 8],
      images: [
        ['field-1', 'small-1', 4, 4, 4, 0],
        ['field-2', 'small-2', 4, 2, 1, 3 / 4],
      ],
      cellsLeftOut: { rejected: 0, belowScore: 1 },
      leftOut: [{ image: project.image('field-3').id, reason: 'it has not been segmented yet' }],
    });
    expect(await judge({ minScore: 0 })).toMatchObject({ pooled: [8, 6, 6, 2 / 8] });
  });

  test('leave out what was rejected and hold what was accepted, whatever its score', async () => {
    await judgeCells(project, 'field-1', [1, 2], 'rejected');
    await judgeCells(project, 'field-2', [2], 'accepted');
    expect(await judge()).toMatchObject({
      pooled: [8, 4, 4, 4 / 8],
      images: [
        ['field-1', 'small-1', 4, 2, 2, 2 / 4],
        ['field-2', 'small-2', 4, 2, 2, 2 / 4],
      ],
      cellsLeftOut: { rejected: 2, belowScore: 0 },
    });
  });

  test('AP of a model by its name is of all it has found, whatever Review says; its counts leave out low scores', async () => {
    expect(await judge({ model: 'small-1', minScore: 0.65 })).toMatchObject({
      models: ['small-1'],
      pooled: [8, 8, 6, 2 / 8],
      cellsLeftOut: { rejected: 0, belowScore: 2 },
    });
    expect(await judge({ model: 'small-2' })).toMatchObject({
      images: [['field-2', 'small-2', 4, 2, 1, 3 / 4]],
      leftOut: [{ reason: 'small-2 has not segmented it' }, { reason: 'small-2 has not segmented it' }],
    });
  });

  test('where nothing was segmented, the next step is told', async () => {
    const empty = await smallProject(temporaryFolder(), 1);
    await expect(evaluateProject(empty, { project: 'p', minScore: 0 }, control)).rejects.toMatchObject({
      code: 'annotation-missing',
      message: 'There is nothing to compare the cells under review with.',
      remedy: expect.stringMatching(/^field-1: it has not been segmented yet\./) as string,
    });
  });
});
