import type { LabelsView } from '../../contract/requests/image-requests.ts';
import { traceContours } from '../../imaging/contours/trace-contours.ts';
import type { Project } from '../../project/project.ts';

/** The outlines of the label image attached to an image; null if it has none. */
export async function readLabels(project: Project, imageId: string): Promise<LabelsView | null> {
  const image = project.image(imageId);
  const labels = await project.annotation(image).read('labels');
  return labels === null ? null : { image: image.id, contours: traceContours(labels) };
}
