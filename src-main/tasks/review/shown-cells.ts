import { isBelowScore, leastScore } from '../../contract/is-below-score.ts';
import type { ReviewSettings } from '../../contract/project.ts';
import type { LabelRuns, Segmentation } from '../../contract/pixels.ts';
import type { LeftOutCells } from '../../contract/requests/results.ts';
import { keepCells } from '../../imaging/label/keep-cells.ts';
import type { KeptPrediction } from '../../project/prediction-store.ts';
import type { Project } from '../../project/project.ts';
import { readMarks } from './read-marks.ts';

/**
 * The cells of a prediction that Review shows, under their own labels: not those a person has rejected or
 * deleted, and of those nobody has judged none below the score.
 */
export async function shownCells(
  project: Project,
  imageId: string,
  { model, record, segmentation }: KeptPrediction & { model: string },
  settings: ReviewSettings,
): Promise<{ segmentation: Segmentation<LabelRuns>; leftOut: LeftOutCells }> {
  const marks = await readMarks(project, imageId, { model, record });
  const least = leastScore(settings, record.modelMinScore);
  const leftOut: LeftOutCells = { rejected: 0, belowScore: 0 };
  const shown = keepCells(segmentation, (label, score) => {
    const mark = marks[label - 1] ?? 0;
    if (mark >= 2) leftOut.rejected += 1;
    else if (isBelowScore(mark, score, least)) leftOut.belowScore += 1;
    else return true;
    return false;
  });
  return { segmentation: shown, leftOut };
}
