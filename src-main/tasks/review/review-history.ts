import type { ImageEntry } from '../../contract/project-files.ts';
import { predictionId } from '../../contract/review-document.ts';
import type { PredictionId } from '../../contract/review-document.ts';
import type { AnnotationStore } from '../../project/annotation-store.ts';
import type { ReviewStep } from '../../project/annotation-journal.ts';
import type { Project } from '../../project/project.ts';

/** The predictions in the history of an image. */
export interface ReviewHistory {
  /** Whether a person reviewed the image when this prediction, or a later one, was there. */
  isKnown: (id: PredictionId) => boolean;
  /** The prediction of the next review that redo restores. */
  ahead: PredictionId | null;
}

/** @throws LacssError as `AnnotationStore.readReview` */
export async function reviewHistory(project: Project, image: ImageEntry): Promise<ReviewHistory> {
  const store = project.annotation(image);
  const { all, ahead } = await store.reviews();
  const known = new Set<string>();
  for (const step of all) {
    const newest =
      step.parameters.newest === undefined ? null : predictionId.safeParse(step.parameters.newest);
    const id = newest?.success === true ? newest.data : await predictionOf(store, step);
    if (id !== null) known.add(nameOf(id));
  }
  return {
    isKnown: (id) => known.has(nameOf(id)),
    ahead: ahead === null ? null : await predictionOf(store, ahead),
  };
}

/**
 * Whether undo or redo of an image can restore cells of this prediction. True if the history cannot be read.
 */
export async function isPredictionNeeded(
  project: Project,
  image: ImageEntry,
  id: PredictionId,
): Promise<boolean> {
  try {
    const store = project.annotation(image);
    const { reachable } = await store.reviews();
    for (const step of reachable) {
      const own = await predictionOf(store, step);
      if (own !== null && nameOf(own) === nameOf(id)) return true;
    }
    return false;
  } catch {
    return true;
  }
}

/** Steps of earlier versions and of other programs do not name their prediction, but their contents do. */
async function predictionOf(
  store: AnnotationStore,
  { sha256, parameters }: ReviewStep,
): Promise<PredictionId | null> {
  const named = predictionId.nullable().safeParse(parameters.prediction);
  return named.success ? named.data : (await store.readReview(sha256)).prediction;
}

function nameOf({ model, madeAt }: PredictionId): string {
  return `${madeAt} ${model}`;
}
