import type { CellEdit } from '../../src-main/contract/review-document.ts';
import type { Project } from '../../src-main/project/project.ts';
import { editShapes } from '../../src-main/tasks/review/edit-review.ts';
import { listCells } from '../../src-main/tasks/review/list-cells.ts';
import { openReview } from '../../src-main/tasks/review/open-review.ts';

/** Edits of a cell [height, width] with the tools of Review. */
const toolEdits: readonly [string, (id: number, height: number, width: number) => CellEdit][] = [
  [
    'brush',
    (id, height, width) => ({ kind: 'brush', id, mode: 'add', push: true, ...across(height, width) }),
  ],
  [
    'erase',
    (id, height, width) => ({ kind: 'brush', id, mode: 'erase', push: false, ...across(height, width) }),
  ],
  ['redraw', (id, height, width) => ({ kind: 'redraw', id, push: false, path: across(height, width).path })],
  ['cut', (id, height, width) => ({ kind: 'cut', ids: [id], path: across(height, width).path })],
  ['split', (id, _, width) => ({ kind: 'split', id, points: Float32Array.of(2, 2, 2, width / 2) })],
  ['fill holes', (id) => ({ kind: 'fillHoles', ids: [id] })],
  ['smooth', (id) => ({ kind: 'smooth', ids: [id] })],
];

function across(height: number, width: number): { path: Float32Array<ArrayBuffer>; radiusPx: number } {
  return { path: Float32Array.of(0, 0.3 * width, height, 0.6 * width), radiusPx: 40 };
}

function aroundAll(project: Project, push: boolean): CellEdit {
  const { height, width } = project.manifest.images[0]!;
  return { kind: 'lasso', path: Float32Array.of(0, 0, 0, width, height, width, height, 0), push };
}

async function edit(project: Project, change: CellEdit): Promise<void> {
  const { id } = project.manifest.images[0]!;
  await editShapes(project, id, (await openReview(project, id))!.document, change);
}

async function editAndUndo(project: Project, change: () => CellEdit | Promise<CellEdit>): Promise<void> {
  await edit(project, await change());
  await project.annotation(project.manifest.images[0]!).undo();
}

async function largestCell(project: Project): Promise<number> {
  const cells = await listCells(project, project.manifest.images[0]!.id);
  return cells.reduce((largest, cell) => (cell.areaPx > largest.areaPx ? cell : largest)).id;
}

/** Stages of `measure-memory.ts`, after `cells`. Each undoes what it does, except `around`. */
export const largeCellStages: Record<string, (project: Project) => Promise<string>> = {
  // A cell around the whole image, which takes the pixels between all others, or all pixels.
  lasso: async (project) => {
    for (const push of [false, true]) await editAndUndo(project, () => aroundAll(project, push));
    return 'whole image';
  },
  // Keeps the first of these cells for the `edit …` stages.
  around: async (project) => {
    await edit(project, aroundAll(project, false));
    return `cell ${await largestCell(project)}`;
  },
  ...Object.fromEntries(
    toolEdits.map(([tool, of]) => [
      `edit ${tool}`,
      async (project: Project): Promise<string> => {
        const { height, width } = project.manifest.images[0]!;
        await editAndUndo(project, async () => of(await largestCell(project), height, width));
        return `cell ${await largestCell(project)}`;
      },
    ]),
  ),
  'edit merge': async (project) => {
    const image = project.manifest.images[0]!;
    const all = await largestCell(project);
    const path = Float32Array.of(9, 0, image.height - 9, image.width);
    await edit(project, { kind: 'cut', ids: [all], path });
    const { document } = (await openReview(project, image.id))!;
    await editAndUndo(project, () => ({ kind: 'merge', ids: [all, document.nextId - 1] }));
    await project.annotation(image).undo();
    return `${document.cells.length} cells`;
  },
};
