import type { CellSize } from '../contract/training.ts';
import { fewestCells, imageScale, isSameSize } from '../model/image-scale.ts';
import { sourceOf, type ExampleSource } from './example-source.ts';
import type { TrainingExample } from './training-example.ts';

/** No image is taken to be farther than this factor from the others. */
const farthest = 3;

/**
 * How much an example is rescaled, so that its cells have the preset's size: by the size that all images' cells have, or by
 * its own where that is another, as in images taken at another magnification that no file tells of. In use an image is seen
 * at its own size too (`inference/segment-at-own-size.ts`): cells that are always met at one size need not be learnt at others.
 *
 * @returns new size / old size
 */
export function exampleScale(
  example: TrainingExample | ExampleSource,
  cellSize: CellSize,
  targetDiameterPx: number,
): number {
  const common = imageScale(cellSize, targetDiameterPx, example.pixelSizeUm ?? null);
  if (cellSize.overridden) return common;
  const { pixels, count } = sourceOf(example).cells;
  if (count < fewestCells || pixels === 0) return common;
  const own = targetDiameterPx / (2 * Math.sqrt(pixels / (Math.PI * count)));
  return isSameSize(own, common) ? common : Math.min(Math.max(own, common / farthest), common * farthest);
}
