import { randomUUID } from 'node:crypto';
import type { Judgement } from '../../src-main/contract/review-document.ts';
import type { Project } from '../../src-main/project/project.ts';
import { setCellState } from '../../src-main/tasks/review/edit-review.ts';
import { openReview } from '../../src-main/tasks/review/open-review.ts';

/** Judges cells of an image, as a person does in Review. */
export async function judgeCells(
  project: Project,
  image: string,
  ids: readonly number[],
  state: Judgement,
): Promise<void> {
  const { id } = project.image(image);
  const { document } = (await openReview(project, id))!;
  await setCellState(project, id, document, { ids, state }, randomUUID());
}
