import type { EngineChoice } from '../../contract/choices.ts';
import type { JobControl } from '../../contract/job.ts';
import type { SegmentationView } from '../../contract/requests/segment-requests.ts';
import { outlineCells } from '../../imaging/contours/outline-cells.ts';
import { cellAreas } from '../../imaging/label/cell-areas.ts';
import type { Project } from '../../project/project.ts';
import { withModel } from '../models/with-model.ts';
import { segmentEntry } from './segment-project.ts';

/**
 * The cells that a model finds in one image. Nothing is saved. @throws LacssError `model-invalid`,
 * `engine-unavailable`, `cancelled`
 */
export async function tryModel(
  project: Project,
  imageId: string,
  { model, engine }: { model: string; engine: EngineChoice },
  control: JobControl,
): Promise<SegmentationView> {
  const image = project.image(imageId);
  const stored = await project.models.load(model);
  const { labels, scores, locations } = await withModel(stored, engine, (loaded) =>
    segmentEntry(project, image, loaded, {}, control),
  );
  const contours = outlineCells(labels);
  return { image: image.id, model: stored.id, contours, scores, locations, areasPx: cellAreas(labels) };
}
