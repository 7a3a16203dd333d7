import { itemAt } from '../../contract/elements.ts';
import type { ContourSet, FloatPlane } from '../../contract/pixels.ts';
import type { CellSize } from '../../contract/training.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import { outlineCells } from '../../imaging/contours/outline-cells.ts';
import { networkOf } from '../../inference/network-of.ts';
import { segmentImage } from '../../inference/segment-image.ts';
import type { LacssModel } from '../../model/create-model.ts';
import { imageScale } from '../../model/image-scale.ts';
import { loadRole } from '../../project/load-image.ts';
import type { Project } from '../../project/project.ts';
import { mostPixelsInMemory } from '../segmenting/segment-planes.ts';
import { meanPixelSize } from './mean-pixel-size.ts';

/** The cells that the model of an epoch finds in the preview image. */
export interface EpochPreview {
  /** Id of the image. */
  image: string;
  contours: ContourSet;
  /** One score per cell. */
  scores: Float32Array;
}

/** An image that is read once and segmented after every epoch. */
export interface Preview {
  /** `null` if it was stopped: the epoch is finished without a preview. */
  segment: (model: LacssModel, signal: AbortSignal) => Promise<EpochPreview | null>;
}

/**
 * The image that is segmented after every epoch.
 * @param wanted its id; `null`: the first validation image, otherwise the first training image; `undefined`:
 *   none
 */
export function previewImage(
  wanted: string | null | undefined,
  { training, validation }: TrainingRun,
): string | null {
  if (wanted === undefined) return null;
  return wanted ?? validation[0] ?? itemAt(training, 0);
}

/**
 * Reads the image to segment after every epoch; `null` without one, or if it is too large.
 * @throws LacssError what reading an image throws; `cancelled`
 */
export async function openPreview(
  project: Project,
  wanted: string | null | undefined,
  run: TrainingRun,
  cellSize: CellSize,
  signal: AbortSignal,
): Promise<Preview | null> {
  // The image of an interrupted training may have been removed since.
  const isThere = project.manifest.images.some(({ id }) => id === wanted);
  const id = previewImage(wanted === undefined || isThere ? wanted : null, run);
  if (id === null) return null;
  const image = project.image(id);
  // Segmenting it would hold it whole.
  if (image.height * image.width > mostPixelsInMemory) return null;
  const planes: FloatPlane[] = [];
  for (const role of run.channels) planes.push(await loadRole(project, image, role, { signal }));
  return {
    segment: async (model, stop) => {
      const scale = imageScale(cellSize, model.preset.cellDiameterPx, meanPixelSize(image));
      const control = { signal: stop, onProgress: () => undefined };
      try {
        const { labels, scores } = await segmentImage(networkOf(model.inference), planes, { scale, control });
        return { image: image.id, contours: outlineCells(labels), scores };
      } catch (error) {
        if (stop.aborted) return null;
        throw error;
      }
    },
  };
}
