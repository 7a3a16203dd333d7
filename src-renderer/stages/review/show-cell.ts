import type { Box } from '../../../src-main/contract/pixels.ts';
import type { ProjectState } from '../../state/project.svelte.ts';

/** Brings a cell to the centre of the view, with a margin. */
export function showCell(project: ProjectState, cell: number | null): void {
  showBox(project, cell === null ? null : project.review.box(cell));
}

/** Brings a box of the image to the centre of the view, with a margin. */
export function showBox(project: ProjectState, box: Box | null): void {
  if (!box) return;
  const height = box.bottom - box.top;
  const width = box.right - box.left;
  project.camera.centreOn(box.top + height / 2, box.left + width / 2, height, width);
}
