import type { ImageEntry } from '../../contract/project-files.ts';
import type { ProjectView } from '../../contract/requests/project-requests.ts';
import type { ImageSummary } from '../../contract/requests/image-requests.ts';
import { foregroundUseOf } from '../../project/foreground-use-of.ts';
import type { Project } from '../../project/project.ts';
import { predictingModels } from '../../project/latest-prediction.ts';
import { sideBySide } from '../../project/side-by-side.ts';
import { keepPendingSteps } from './change-images.ts';
import { readRemoved } from './removed-images.ts';
import { summariseImage } from './summarise-image.ts';

/** The part of a project that a window needs. The host adds the rest. */
export type ProjectDescription = Pick<
  ProjectView,
  | 'name'
  | 'readOnly'
  | 'images'
  | 'removed'
  | 'candidateSettings'
  | 'locationSettings'
  | 'reviewSettings'
  | 'foregroundUse'
  | 'notices'
>;

/** Describes a project: its settings and a summary of every image. */
export async function describeProject(project: Project): Promise<ProjectDescription> {
  await keepPendingSteps(project);
  const { name, settings, images } = project.manifest;
  const summaries = await summariseImages(project, images);
  const removed = await readRemoved(project);
  return {
    name,
    readOnly: project.readOnly,
    images: summaries,
    removed: removed.map(({ entry }) => entry.id),
    candidateSettings: settings.foreground,
    locationSettings: settings.locations,
    reviewSettings: settings.review,
    foregroundUse: foregroundUseOf(project),
    // Last, because reading finds the damage.
    notices: project.notices,
  };
}

/** Summaries in the order of the images. */
export async function summariseImages(
  project: Project,
  images: readonly ImageEntry[],
): Promise<ImageSummary[]> {
  const models = await predictingModels(project);
  return sideBySide(images, (image) => summariseImage(project, image, models));
}
