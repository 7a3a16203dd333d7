import { LacssError } from '../contract/errors.ts';
import type { LabelRuns } from '../contract/pixels.ts';
import type { ImageEntry } from '../contract/project-files.ts';
import type { Project } from '../project/project.ts';

/** The name of an image's label image as a source in records. */
export const attachedLabelsName = 'the attached label image';

/** The label image attached to an image. @throws LacssError `annotation-missing` */
export async function attachedLabels(project: Project, image: ImageEntry): Promise<LabelRuns> {
  const labels = await project.annotation(image).read('labels');
  if (labels !== null) return labels;
  throw new LacssError('annotation-missing', `${image.name} has no label image.`, {
    subject: image.name,
    remedy: 'Attach one, or choose a folder of label images.',
    command: 'lacss add --labels FOLDER',
  });
}
