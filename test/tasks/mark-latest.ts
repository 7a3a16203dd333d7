import { randomUUID } from 'node:crypto';
import type { ReviewMark } from '../../src-main/contract/requests/review.ts';
import type { Project } from '../../src-main/project/project.ts';
import { markCells, readMarkedCells } from '../../src-main/tasks/review/review-cells.ts';

/** Marks cells of the latest prediction of an image, as a person does who looks at it. */
export async function markLatest(
  project: Project,
  image: string,
  cells: readonly number[],
  mark: ReviewMark,
): Promise<void> {
  const { id } = project.image(image);
  const { prediction } = await readMarkedCells(project, id);
  await markCells(project, id, prediction, cells, mark, randomUUID());
}
