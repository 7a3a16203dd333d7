import { percentiles } from '../imaging/intensity/percentiles.ts';
import { fewestCells } from '../model/image-scale.ts';

/** Outlines with less than this share of the typical contrast are faint. */
export const faintShare = 0.7;

/**
 * Lowers the scores of cells whose outlines are fainter than is typical for their image. Such cells are
 * mostly debris or out of focus, and the training images show few of them. The typical contrast is the median
 * over the half with the higher scores. A score falls with the square of the missing contrast. A cell as
 * clear as the others keeps its score, and so does every cell of an image with fewer than five.
 *
 * @param contrasts one per score, from `outlineContrasts`
 */
export function markDownFaint(
  scores: readonly number[],
  contrasts: readonly (number | undefined)[],
): number[] {
  const seen = scores
    .flatMap((score, k) => (contrasts[k] === undefined ? [] : [{ score, contrast: contrasts[k] }]))
    .sort((a, b) => b.score - a.score);
  if (seen.length < fewestCells) return [...scores];
  const surer = seen.slice(0, Math.ceil(seen.length / 2)).map(({ contrast }) => contrast);
  const [usual] = percentiles({ data: Float32Array.from(surer) }, [50]) as [number];
  const enough = faintShare * usual;
  return scores.map((score, k) => {
    const contrast = contrasts[k];
    return contrast === undefined || contrast >= enough ? score : score * (contrast / enough) ** 2;
  });
}
