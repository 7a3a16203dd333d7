import type { CellSize } from '../contract/training.ts';
import { fewestCells, imageScale, isSameSize } from '../model/image-scale.ts';
import { asExampleSource, type ExampleSource } from './example-source.ts';
import type { TrainingExample } from './training-example.ts';

/** Largest assumed factor between an image's cell size and that of the others. */
const farthest = 3;

/**
 * Factor by which an example is rescaled, so that its cells have the preset's size. It uses the mean size of
 * the cells of all images. If the example's own cells differ, it uses theirs, because the magnification may
 * differ and no file says so. Inference also rescales each image to its own size
 * (`inference/segment-at-own-size.ts`), so the network need not learn other sizes.
 *
 * @returns new size / old size
 */
export function exampleScale(
  example: TrainingExample | ExampleSource,
  cellSize: CellSize,
  targetDiameterPx: number,
): number {
  const common = imageScale(cellSize, targetDiameterPx, example.pixelSizeUm ?? null);
  const { kind, cells } = asExampleSource(example);
  // Points tell how far apart cells are, and not how large.
  if (cellSize.overridden || kind === 'points') return common;
  const { pixels, count } = cells;
  if (count < fewestCells || pixels === 0) return common;
  const own = targetDiameterPx / (2 * Math.sqrt(pixels / (Math.PI * count)));
  return isSameSize(own, common) ? common : Math.min(Math.max(own, common / farthest), common * farthest);
}
