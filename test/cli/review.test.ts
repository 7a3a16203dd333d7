import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openProject } from '../../src-main/project/open-project.ts';
import { openReview } from '../../src-main/tasks/review/open-review.ts';
import { lacss } from '../fixtures/run-lacss.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { keepRowOfCells } from '../tasks/keep-row-of-cells.ts';
import { smallProject } from '../tasks/small-project.ts';

test('lacss review lists, sets states, imports and exports', async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 1);
  const prediction = { model: 'small-1', at: '2026-01-01T00:00:00.000Z', scores: [0.9, 0.8, 0.7, 0.6] };
  await keepRowOfCells(project, 'field-1', prediction);
  const path = project.folder;
  await project.close();
  const review = (...args: string[]) => lacss('review', ...args, '--project', path);

  expect(await review('set', 'field-1', '1,3-4', 'accepted')).toMatchObject({
    exitCode: 0,
    out: 'field-1: 3 cells accepted.\n',
  });
  expect(await review('set', 'field-1', '4', 'rejected')).toMatchObject({ exitCode: 0 });
  const { out } = await review('list', 'field-1', '--json');
  const { cells } = (
    JSON.parse(out) as { result: { cells: { id: number; state: string; areaPx: number }[] } }
  ).result;
  expect(cells.map(({ id, state, areaPx }) => [id, state, areaPx])).toEqual([
    [1, 'accepted', 64],
    [2, 'found', 64],
    [3, 'accepted', 64],
    [4, 'rejected', 64],
  ]);
  expect((await review('list', 'field-1')).out).toMatch(/^id +state +score/m);
  expect(await review('export', '--output', folder)).toMatchObject({ exitCode: 0 });
  expect(readFileSync(join(folder, 'field-1_review.csv'), 'utf8').split('\n').slice(0, 2)).toEqual([
    'id,state,score,source,y,x,area_px',
    '1,accepted,0.8999999761581421,model,4,4,64',
  ]);
  expect(
    await lacss('export', '--format', 'label-tiff', '--output', folder, '--project', path),
  ).toMatchObject({
    exitCode: 0,
  });
  expect(await review('import', 'field-1', join(folder, 'field-1_labels.tif'))).toMatchObject({
    exitCode: 0,
    out: 'field-1: imported 3 cells. 2 cells under accepted cells left out.\n',
  });
  mkdirSync(join(folder, 'masks'));
  copyFileSync(join(folder, 'field-1_labels.tif'), join(folder, 'masks', 'field-1_masks.tif'));
  expect(await review('import', join(folder, 'masks'), '--as', 'annotation')).toMatchObject({
    exitCode: 0,
    out: 'field-1: imported 3 points.\n',
  });
  // As many ids as no set of numbers can hold.
  const millions = Array.from({ length: 20 }, (_, i) => `${i * 1e6 + 1}-${(i + 1) * 1e6}`).join();
  for (const [message, ...wrong] of [
    ['This needs the cells.', 'set', 'field-1', 'x', 'accepted'],
    ['This needs the cells.', 'set', 'field-1', '5-3', 'accepted'],
    ['This needs the cells.', 'set', 'field-1', '0', 'accepted'],
    ['This needs the cells.', 'set', 'field-1', '1,', 'accepted'],
    ['This needs the state.', 'set', 'field-1', '1', 'deleted'],
    ['The image has no cell 99.', 'set', 'field-1', '99', 'accepted'],
    ['The image has no cell 1000000.', 'set', 'field-1', millions, 'accepted'],
    ['This needs the image.', 'list'],
    ['lacss review next has no use for field-1.', 'next', 'field-1'],
    ['lacss review list has no use for 3.', 'list', 'field-1', '3'],
    ['lacss review import has no use for accepted.', 'import', 'field-1', 'x.tif', 'accepted'],
    ['lacss review set has no use for --output.', 'set', 'field-1', '1', 'accepted', '--output', 'x'],
    ['lacss review set has no use for --as.', 'set', 'field-1', '1', 'accepted', '--as', 'truth'],
  ] as const) {
    const { exitCode, err } = await review(...wrong);
    expect.soft(exitCode, message).toBeGreaterThan(0);
    expect.soft(err).toContain(message);
  }

  const again = await openProject(path, { purpose: 'a test' });
  const states = (await openReview(again, 'field-1'))!.document.cells.map(
    ({ id, state }) => `${id} ${state}`,
  );
  expect(states).toEqual(['1 accepted', '3 accepted', '4 rejected', '6 found']);
  await again.close();
});
