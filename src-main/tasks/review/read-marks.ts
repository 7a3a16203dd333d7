import type { Project } from '../../project/project.ts';
import type { LatestPrediction } from '../../project/latest-prediction.ts';

/**
 * The marks of a prediction's cells, as indices in `reviewMarks`, entry `label - 1` for the cell with that
 * label; a review of another prediction says nothing of this one.
 * @param slots how many entries there are at least: more where a person has added cells to the label image
 */
export async function readMarks(
  project: Project,
  imageId: string,
  { model, record }: Pick<LatestPrediction, 'model' | 'record'>,
  slots: number = record.cells,
): Promise<Uint8Array> {
  return (await readMarksWithRevision(project, imageId, { model, record }, slots)).marks;
}

/** The same, with the number of the image's last edit that is in them. */
export async function readMarksWithRevision(
  project: Project,
  imageId: string,
  { model, record }: Pick<LatestPrediction, 'model' | 'record'>,
  slots: number = record.cells,
): Promise<{ marks: Uint8Array; revision: number }> {
  const { value: review, revision } = await project.annotation(project.image(imageId)).readWithView('review');
  const isOfThis = review !== null && review.model === model && review.madeAt === record.at;
  const marks = new Uint8Array(Math.max(slots, isOfThis ? review.marks.length : 0));
  if (isOfThis) marks.set(review.marks);
  return { marks, revision };
}
