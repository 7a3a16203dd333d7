import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openProject } from '../../src-main/project/open-project.ts';
import type { Project } from '../../src-main/project/project.ts';
import { openReview } from '../../src-main/tasks/review/open-review.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { judgeCells } from '../tasks/judge-cells.ts';

const statesOf = async (project: Project) =>
  (await openReview(project, 'cells'))!.document.cells.map(({ state }) => state);

function copyOf(schema: string): string {
  const folder = join(temporaryFolder(), 'project');
  cpSync(join(import.meta.dirname, '../fixtures/old-projects', schema), folder, { recursive: true });
  return folder;
}

// The programs of these versions made them: test/fixtures/old-projects/make.sh.
test.each(['schema-2', 'schema-3'])(
  'a project of %s keeps its reviewed cells, and all steps of undo',
  async (schema) => {
    const folder = copyOf(schema);
    const project = await openProject(folder, { purpose: 'a test' });
    expect((await openReview(project, 'cells'))!.document).toMatchObject({
      prediction: { model: 'small-1', madeAt: '2026-01-01T00:00:00.000Z' },
      cells: [
        { id: 1, state: 'accepted', score: 0.75, location: { y: 5, x: 5 }, label: 1, mask: null },
        { id: 2, state: 'rejected', score: 0.5 },
        { id: 3, state: 'found', score: 0.25 },
      ],
    });
    const annotation = project.annotation(project.image('cells'));
    await annotation.redo();
    expect(await statesOf(project)).toEqual(['accepted', 'rejected', 'rejected']);
    for (let step = 0; step < 3; step++) await annotation.undo();
    expect(await statesOf(project)).toEqual(['found', 'found', 'found']);
    await annotation.redo();
    expect(await statesOf(project)).toEqual(['accepted', 'found', 'found']);
    // An edit writes the new form, and earlier steps stay unchanged.
    await judgeCells(project, 'cells', [2], 'accepted');
    expect(readFileSync(join(folder, 'annotations/cells/review.json'), 'utf8')).toContain('"nextId":4');
    await project.close();

    const again = await openProject(folder, { purpose: 'a test' });
    expect(await statesOf(again)).toEqual(['accepted', 'accepted', 'found']);
    await again.annotation(again.image('cells')).undo();
    expect(await statesOf(again)).toEqual(['accepted', 'found', 'found']);
    await again.close();
  },
);

test('a read-only project of an earlier version shows its reviewed cells, and is not changed', async () => {
  const folder = copyOf('schema-3');
  const before = readFileSync(join(folder, 'annotations/cells/review.json'));
  const project = await openProject(folder, { purpose: 'a test', access: 'read' });
  expect(await statesOf(project)).toEqual(['accepted', 'rejected', 'found']);
  await project.close();
  expect(readFileSync(join(folder, 'annotations/cells/review.json'))).toEqual(before);
});
