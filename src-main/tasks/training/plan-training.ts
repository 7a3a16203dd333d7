import type { ForegroundUse } from '../../contract/choices.ts';
import { toFailure } from '../../contract/failure.ts';
import type { AnnotationState, ImageEntry } from '../../contract/project-files.ts';
import type { Project } from '../../project/project.ts';
import { openReview } from '../review/open-review.ts';
import { foregroundUseOf } from '../../project/foreground-use-of.ts';
import { countCorrections, totalOf } from './read-corrections.ts';

export interface TrainingSelection {
  /** Ids or names of the training images. @default all images, except excluded and validation images */
  images?: readonly string[];
  /** Ids or names of the validation images. @default all images marked for validation */
  validation?: readonly string[];
  /** Share of the training images that are used for validation, if none is named or marked. @default 0.1 */
  validationFraction?: number;
  /** Whether existing label images are used. @default true */
  useLabels?: boolean;
  /** With `none` points are enough to learn from. @default that of the project's settings */
  foreground?: ForegroundUse;
}

/** The images of a training. */
export interface TrainingImages {
  training: ImageEntry[];
  validation: ImageEntry[];
  /** Images without enough annotation, each with the reason. */
  leftOut: { image: string; name: string; reason: string }[];
}

/** With fewer training images, none is taken for validation. */
const fewestToSpareFrom = 10;

/** Chooses the images of a training: those that are wanted and annotated. */
export async function planTraining(
  project: Project,
  {
    images,
    validation,
    validationFraction = 0.1,
    useLabels = true,
    foreground = foregroundUseOf(project),
  }: TrainingSelection,
): Promise<TrainingImages> {
  const leftOut: TrainingImages['leftOut'] = [];
  const annotated = async (candidates: readonly ImageEntry[], judges: boolean): Promise<ImageEntry[]> => {
    const found = await annotatedImages(project, candidates, { useLabels, foreground, judges });
    leftOut.push(...found.leftOut);
    return found.usable;
  };
  const marked = project.manifest.images.filter((image) => image.included && image.validation);
  const judges = await annotated(validation === undefined ? marked : project.images(validation), true);
  const isJudge = new Set(judges.map(({ id }) => id));
  const wanted =
    images === undefined
      ? project.manifest.images.filter((image) => image.included && !image.validation)
      : project.images(images);
  const training = await annotated(
    wanted.filter(({ id }) => !isJudge.has(id)),
    false,
  );
  if (judges.length > 0 || validation !== undefined || training.length < fewestToSpareFrom) {
    return { training, validation: judges, leftOut };
  }
  const stacks = stacksOf(training);
  // Planes of a stack look alike. So they are used for validation together, unless there are too few stacks.
  const units = stacks.length < fewestToSpareFrom ? training.map((image) => [image]) : stacks;
  const spared = everyNth(units, Math.round(units.length * validationFraction)).flat();
  // An image that cannot be used for validation is trained on.
  const { usable } = await annotatedImages(project, spared, { useLabels, foreground, judges: true });
  return { training: training.filter((image) => !usable.includes(image)), validation: usable, leftOut };
}

/**
 * Divides images into those with enough annotation, and the others, each with the reason. Validation needs
 * more than training: every cell must be known.
 */
export async function annotatedImages(
  project: Project,
  candidates: readonly ImageEntry[],
  choices: { useLabels: boolean; foreground: ForegroundUse; judges: boolean },
): Promise<{ usable: ImageEntry[]; leftOut: TrainingImages['leftOut'] }> {
  const { useLabels, judges } = choices;
  const usable: ImageEntry[] = [];
  const leftOut: TrainingImages['leftOut'] = [];
  for (const image of candidates) {
    const reason = await project
      .annotation(image)
      .view()
      .then(async ({ state, unfit }) => {
        // Reads the review, so that a damaged one is found here, and not during training.
        const review = useLabels && state.review !== null ? await openReview(project, image.id) : null;
        const isReviewed =
          review !== null &&
          (review.document.allChecked || (!judges && totalOf(countCorrections(review.document)) > 0));
        return unfit?.message ?? whyNot(state, choices, isReviewed);
      })
      // An error affects only its image. The others are trained on.
      .catch((error: unknown) => toFailure(error).message);
    if (reason === null) usable.push(image);
    else leftOut.push({ image: image.id, name: image.name, reason });
  }
  return { usable, leftOut };
}

/** This number of items, spread evenly over the list. */
function everyNth<Item>(items: readonly Item[], count: number): Item[] {
  const indices = new Set(
    Array.from({ length: count }, (_, k) => Math.floor(((k + 0.5) * items.length) / count)),
  );
  return items.filter((_, index) => indices.has(index));
}

/** Images of the same stack together. */
function stacksOf(images: readonly ImageEntry[]): ImageEntry[][] {
  const stacks = new Map<string, ImageEntry[]>();
  for (const image of images) {
    const content = image.files.map(({ sha256, image: index = 0 }) => `${sha256}#${index}`).join();
    stacks.set(content, [...(stacks.get(content) ?? []), image]);
  }
  return [...stacks.values()];
}

/** Why an image cannot be trained on; `null` if it can. */
function whyNot(
  { foreground, locations, labels }: AnnotationState,
  choices: { useLabels: boolean; foreground: ForegroundUse; judges: boolean },
  isReviewed: boolean,
): string | null {
  const { useLabels, foreground: use, judges } = choices;
  if (useLabels && labels !== null && labels.sha256 !== null) return null;
  if (isReviewed) return null;
  if (use === 'none' && judges) return 'without a foreground only outlines can judge a model';
  if (use === 'picked' && foreground === null) return 'it has no foreground';
  if (use === 'picked' && foreground?.sha256 === null)
    return 'it has no foreground, because no candidate fits';
  if (locations === null || locations.sha256 === null) return 'it has no locations';
  return null;
}
