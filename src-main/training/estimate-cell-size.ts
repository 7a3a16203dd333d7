import { LacssError } from '../contract/errors.ts';
import type { CellSize } from '../contract/training.ts';
import { asExampleSource, type ExampleSource } from './example-source.ts';
import type { TrainingExample } from './training-example.ts';

/**
 * Mean cell diameter from incomplete annotation, over all images together. It is the diameter of a disk with
 * the foreground's area per location: 2 √(A / πN). If every image has a pixel size, images are compared in
 * µm. The result is in pixels of the first one.
 *
 * @param diameterPx a person's setting; `null` to estimate
 * @throws LacssError `annotation-missing` if it must be estimated and there is no cell or no foreground
 */
export function estimateCellSize(
  examples: readonly (TrainingExample | ExampleSource)[],
  diameterPx: number | null,
): CellSize {
  const sizes = examples.map((example) => example.pixelSizeUm ?? null);
  const referenceUm = sizes.every((size) => size !== null) ? (sizes[0] ?? null) : null;
  if (diameterPx !== null) return { diameterPx, overridden: true, pixelSizeUm: referenceUm };
  let area = 0;
  let cells = 0;
  examples.forEach((example, i) => {
    const perPixel = referenceUm === null ? 1 : ((sizes[i] ?? referenceUm) / referenceUm) ** 2;
    const { pixels, count } = asExampleSource(example).cells;
    // A foreground without locations does not show the size of a cell.
    if (count === 0) return;
    area += pixels * perPixel;
    cells += count;
  });
  if (cells === 0 || area === 0) {
    throw new LacssError(
      'annotation-missing',
      cells === 0 ? 'The training images have no locations.' : 'The training images have no foreground.',
      { remedy: 'Add locations and choose a foreground for at least one image with cells.' },
    );
  }
  return { diameterPx: 2 * Math.sqrt(area / (Math.PI * cells)), overridden: false, pixelSizeUm: referenceUm };
}
