import type { ImageId } from '../../contract/fields.ts';
import { effectOf } from '../../contract/requests.ts';
import type { CheckedParams, RequestName } from '../../contract/requests.ts';
import type { ImageSummary } from '../../contract/requests/image-requests.ts';
import type { Project } from '../../project/project.ts';
import { takeOverPredictions } from '../review/open-review.ts';
import { changeImages } from './change-images.ts';
import { summariseImages } from './describe-project.ts';
import { changedSinceSummary } from './summarise-image.ts';

/** What a use case has changed, for every window. */
export interface ProjectChanges {
  /** Images with new summaries. */
  changed?: ImageSummary[];
  removed?: ImageId[];
  /** Settings, or the order of the images: windows read the project again. */
  project?: true;
  /** The list of models. */
  models?: true;
}

/** The new summaries of changed images, and which of them are gone. */
export async function changesOf(project: Project, ids: readonly ImageId[]): Promise<ProjectChanges> {
  const there = project.manifest.images.filter(({ id }) => ids.includes(id));
  return {
    changed: await summariseImages(project, there),
    removed: ids.filter((id) => there.every((image) => image.id !== id)),
  };
}

/** The same for images that another process has changed. */
export async function changesElsewhere(project: Project, ids: readonly ImageId[]): Promise<ProjectChanges> {
  // They may have been segmented again.
  await takeOverPredictions(project, ids);
  return changesOf(project, ids);
}

/** Changes images, as `changeImages`. @returns their new summaries */
export async function changeAndSummarise(
  project: Project,
  change: CheckedParams<'images.change'>,
): Promise<ImageSummary[]> {
  await changeImages(project, change);
  return summariseImages(project, project.images(change.images));
}

/** The images that an edit has changed, or whose changed files another request has imported. */
export async function changedBy(name: RequestName, project: Project, params: object): Promise<ImageId[]> {
  const { image, edit } = params as { image?: ImageId; edit?: string };
  if (image !== undefined && edit !== undefined) return [image];
  if (effectOf(name) !== 'import') return [];
  const images = image === undefined ? project.manifest.images : [project.image(image)];
  return changedSinceSummary(project, images);
}
