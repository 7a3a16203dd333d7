import type { ImageEntry } from '../../contract/project-files.ts';
import { latestPrediction } from '../../project/latest-prediction.ts';
import type { Project } from '../../project/project.ts';

/**
 * Whether a model has found cells in an image, or a person has imported some. @throws LacssError `file-
 * damaged`
 */
export async function hasCells(project: Project, image: ImageEntry): Promise<boolean> {
  const { state } = await project.annotation(image).view();
  return state.review !== null || (await latestPrediction(project, image.id)) !== null;
}
