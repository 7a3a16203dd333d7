import type { Project } from '../../project/project.ts';
import type { LatestPrediction } from '../../project/latest-prediction.ts';

/** The marks of a prediction's cells, as indices in `reviewMarks`; a review of another prediction says nothing of this one. */
export async function readMarks(
  project: Project,
  imageId: string,
  { model, record }: Pick<LatestPrediction, 'model' | 'record'>,
): Promise<Uint8Array> {
  const review = await project.annotation(project.image(imageId)).read('review');
  const isOfThis = review !== null && review.model === model && review.madeAt === record.at;
  return isOfThis ? review.marks.slice() : new Uint8Array(record.cells);
}
