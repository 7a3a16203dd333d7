import { basename } from 'node:path';
import type { ImageId } from '../../contract/fields.ts';
import type { AnnotationPart, ImageEntry } from '../../contract/project-files.ts';
import type { ImageMarks, ImageSummary } from '../../contract/requests/image-requests.ts';
import { toFailure } from '../../contract/failure.ts';
import type { Failure } from '../../contract/failure.ts';
import type { AnnotationView } from '../../project/annotation-journal.ts';
import { emptyState } from '../../project/journal.ts';
import { locateImageFile } from '../../project/locate-image-file.ts';
import type { Project } from '../../project/project.ts';
import { latestPrediction } from '../../project/latest-prediction.ts';
import { countsSchema, countStates } from '../review/count-states.ts';
import { openReview } from '../review/open-review.ts';
import { labelWarning } from './attach-labels.ts';
import { pixelsKey } from './pixels-key.ts';

/**
 * The summary that the window shows of an image before it reads any pixel: marks, roles, sizes, steps of
 * undo. If a file of the image cannot be read, that is its `failure`. Other images are not affected.
 * @param models those with predictions, if they are known
 */
export async function summariseImage(
  project: Project,
  image: ImageEntry,
  models?: readonly string[],
): Promise<ImageSummary> {
  const summary = await summaryOf(project, image, models);
  summarisedOf(project).set(image.id, summary.revision);
  return summary;
}

/** The revision in the last summary of each image. */
const summarised = new WeakMap<Project, Map<ImageId, number>>();

function summarisedOf(project: Project): Map<ImageId, number> {
  let revisions = summarised.get(project);
  if (revisions === undefined) summarised.set(project, (revisions = new Map()));
  return revisions;
}

/** The images whose annotations have changed since their last summary, such as by an import. */
export async function changedSinceSummary(
  project: Project,
  images: readonly ImageEntry[],
): Promise<ImageId[]> {
  const changed: ImageId[] = [];
  for (const { id } of images) {
    const { value } = await orFailure(project.annotation(project.image(id)).view(), noAnnotation);
    if (value.revision !== summarisedOf(project).get(id)) changed.push(id);
  }
  return changed;
}

async function summaryOf(
  project: Project,
  image: ImageEntry,
  models?: readonly string[],
): Promise<ImageSummary> {
  const view = () => orFailure(project.annotation(image).view(), noAnnotation);
  const [missing, before, prediction] = await Promise.all([
    missingFile(project, image),
    view(),
    orFailure(latestPrediction(project, image.id, models), null),
  ]);
  const { review } = before.value.state;
  const reviewed = await orFailure(reviewCounts(project, image, prediction.value, review), {
    cells: prediction.value?.record.cells ?? 0,
    accepted: 0,
    rejected: 0,
  });
  // Reading the review imports it if another program has changed it.
  const annotation = review === null ? before : await view();
  return {
    id: image.id,
    name: image.name,
    files: image.files.map(({ path }) => path),
    pixels: pixelsKey(image),
    height: image.height,
    width: image.width,
    sizes: { ...image.sizes, c: image.channelNames.length },
    t: image.plane.t,
    z: image.plane.z,
    projection: image.plane.projection ?? null,
    channelNames: image.channelNames,
    roles: image.roles,
    pixelSizeUm: image.pixelSizeUm,
    pixelSizeOrigin: image.pixelSizeOrigin,
    excluded: !image.included,
    validation: image.validation,
    marks: {
      ...annotationMarks(annotation.value),
      predictedBy: prediction.value?.model ?? null,
      ...reviewed.value,
    },
    failure:
      missing ?? annotation.failure ?? annotation.value.unfit ?? prediction.failure ?? reviewed.failure,
    labelImage: labelSummary(image, annotation.value),
    undo: annotation.value.undoTitle,
    redo: annotation.value.redoTitle,
    revision: annotation.value.revision,
  };
}

/** Stands for an annotation that cannot be read. */
const noAnnotation = {
  state: emptyState,
  undoTitle: null,
  redoTitle: null,
  undoImage: null,
  redoImage: null,
  revision: 0,
  unfit: null,
};

async function orFailure<T>(
  reading: Promise<T>,
  otherwise: NoInfer<T>,
): Promise<{ value: T; failure: Failure | null }> {
  return reading.then(
    (value) => ({ value, failure: null }),
    (error: unknown) => ({ value: otherwise, failure: toFailure(error) }),
  );
}

function annotationMarks({
  state,
}: AnnotationView): Pick<ImageMarks, 'foreground' | 'locations' | 'locationCount' | 'labels'> {
  return {
    foreground: foregroundMark(state.foreground),
    locations: locationsMark(state.locations),
    locationCount: state.locations?.count ?? 0,
    labels: state.labels !== null && state.labels.sha256 !== null,
  };
}

function labelSummary(
  { name }: ImageEntry,
  { state: { labels } }: AnnotationView,
): ImageSummary['labelImage'] {
  if (labels === null || labels.sha256 === null) return null;
  const { file } = labels.source.parameters;
  return {
    file: typeof file === 'string' ? basename(file) : null,
    cells: labels.count,
    warning: labelWarning(name, labels),
  };
}

function foregroundMark(part: AnnotationPart | null): ImageMarks['foreground'] {
  if (part === null) return 'missing';
  if (part.source.method === 'none-will-do') return 'none-fits';
  return part.source.by === 'machine' ? 'suggestion' : 'picked';
}

function locationsMark(part: AnnotationPart | null): ImageMarks['locations'] {
  if (part === null) return 'missing';
  const { method } = part.source;
  if (method === 'difference-of-gaussians') return 'found';
  return method === 'edited' ? 'edited' : 'imported';
}

/** Number of cells of the image. How many of them a person accepted (or drew, or edited) or rejected. */
async function reviewCounts(
  project: Project,
  image: ImageEntry,
  prediction: Awaited<ReturnType<typeof latestPrediction>>,
  part: AnnotationPart | null,
): Promise<Pick<ImageMarks, 'cells' | 'accepted' | 'rejected'>> {
  if (part === null) return { cells: prediction?.record.cells ?? 0, accepted: 0, rejected: 0 };
  // A file that another program has changed is read, so that the image shows its error.
  const isKnown = await project.annotation(image).isAsWritten('review');
  const known = countsSchema.safeParse(isKnown ? part.source.parameters.counts : null);
  const { found, accepted, rejected, edited, added } = known.success
    ? known.data
    : countStates((await openReview(project, image.id))?.document ?? null);
  const firm = accepted + edited + added;
  return { cells: found + firm + rejected, accepted: firm, rejected };
}

async function missingFile(project: Project, image: ImageEntry): Promise<ImageSummary['failure']> {
  try {
    await Promise.all(image.files.map((file) => locateImageFile(project, file)));
    return null;
  } catch (error) {
    return toFailure(error);
  }
}
