import { itemAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import type { JobControl } from '../../contract/job.ts';
import type { NextImage } from '../../contract/requests/review-requests.ts';
import { cellAreas } from '../../imaging/label/cell-areas.ts';
import type { Project } from '../../project/project.ts';
import { throwIfCancelled } from '../for-each-item.ts';
import { openReview } from './open-review.ts';
import { rankNext } from './rank-next.ts';
import type { ImageFeatures } from './rank-next.ts';
import { cellsOf } from './shown-cells.ts';
import { medianOf } from './review-view.ts';

/**
 * The images, sorted by how much the correction of their cells should teach. Images without cells to judge,
 * completely checked and excluded images are left out.
 * @throws LacssError `cancelled`
 */
export async function nextImages(project: Project, { signal, onProgress }: JobControl): Promise<NextImage[]> {
  const images = project.manifest.images.filter(({ included, validation }) => included && !validation);
  const known: { id: string; name: string; features: ImageFeatures }[] = [];
  for (const [index, image] of images.entries()) {
    throwIfCancelled(signal);
    onProgress({ done: index, total: images.length, message: `Checking ${image.name}` });
    const features = await featuresOf(project, image.id).catch((error: unknown) => {
      // A damaged prediction is reported when the image is shown.
      if (error instanceof LacssError) return null;
      throw error;
    });
    if (features !== null) known.push({ id: image.id, name: image.name, features });
    await new Promise(setImmediate);
  }
  return rankNext(known.map(({ features }) => features)).map(({ index, gain, reason }) => {
    const { id, name, features } = itemAt(known, index);
    return { image: id, name, gain, doubt: features.doubt, reason, cells: features.cells };
  });
}

async function featuresOf(project: Project, imageId: string): Promise<ImageFeatures | null> {
  const review = await openReview(project, imageId);
  if (review === null || review.document.allChecked) return null;
  const { segmentation } = cellsOf(review, project.manifest.settings.review);
  const { labels, scores } = segmentation;
  if (scores.length === 0) return null;
  const unjudged = review.document.cells.filter(({ state }) => state === 'found');
  return {
    doubt: unjudged.reduce((sum, { score }) => sum + 1 - score, 0) / Math.max(1, unjudged.length),
    cells: unjudged.length,
    corrected: review.document.cells.length - unjudged.length,
    medianAreaPx: medianOf(cellAreas(labels)),
    medianScore: medianOf(scores),
    density: scores.length / (labels.height * labels.width),
  };
}
