import { afterAll, beforeAll, expect, test } from 'vitest';
import { requests } from '../../../src-main/contract/requests.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { annotationEdits } from '../../../src-main/tasks/edits/annotation-edits.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { control, smallProject } from '../small-project.ts';

const folder = temporaryFolder();
let project: Project;
let image: string;

beforeAll(async () => {
  project = await smallProject(folder, 2);
  image = project.manifest.images[0]!.id;
});

afterAll(async () => {
  await project.close();
});

/** Adds a point; an edit with the same id is the same edit. */
const addPoint = (y: number, x: number, edit: string, on = image) =>
  annotationEdits['locations.edit'](
    project,
    { project: 'p1', image: on, edit, change: { kind: 'add', points: Float32Array.of(y, x) } },
    control,
  );

test('an edit that is asked for again is made once, and answered like the first time', async () => {
  const edit = crypto.randomUUID();
  const first = await addPoint(10, 20, edit);
  const again = await addPoint(10, 20, edit);
  expect(first.ids).toHaveLength(1);
  expect(again).toEqual(first);
});

test('the same id sent twice at once is still one edit', async () => {
  const before = await addPoint(30, 30, crypto.randomUUID());
  const edit = crypto.randomUUID();
  const [one, other] = await Promise.all([addPoint(40, 40, edit), addPoint(40, 40, edit)]);
  expect(one.ids).toHaveLength(before.ids.length + 1);
  expect(other).toEqual(one);
});

test('edits of one image that are asked for together are all made, in their order', async () => {
  const before = await addPoint(50, 50, crypto.randomUUID());
  const rows = [60, 61, 62, 63];
  const answers = await Promise.all(rows.map((y) => addPoint(y, 5, crypto.randomUUID())));
  expect(answers.map(({ ids }) => ids.length - before.ids.length)).toEqual([1, 2, 3, 4]);
});

test('an undo asked for again takes back one step, and a redo brings it back', async () => {
  const edit = { project: 'p1', image, edit: crypto.randomUUID() };
  const before = await addPoint(70, 70, crypto.randomUUID());
  await annotationEdits['history.undo'](project, edit, control);
  await annotationEdits['history.undo'](project, edit, control);
  const later = await addPoint(80, 80, crypto.randomUUID());
  expect(later.ids).toHaveLength(before.ids.length);
});

test('an edit of an image that the project does not have is refused by name', () => {
  expect(() => addPoint(1, 1, crypto.randomUUID(), 'no-such-image')).toThrow(/no-such-image/);
});

test('every request that names an image and carries the id of an edit is one of them', () => {
  const edits = Object.entries(requests).flatMap(([name, { params }]) => {
    const fields = 'shape' in params ? Object.keys(params.shape) : [];
    return fields.includes('image') && fields.includes('edit') ? [name] : [];
  });
  expect(Object.keys(annotationEdits).sort()).toEqual(edits.sort());
});
