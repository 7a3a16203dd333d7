import { percentiles } from '../imaging/intensity/percentiles.ts';
import { fewestCells } from '../model/image-scale.ts';

/** Outlines with less than this share of the usual contrast are faint. */
const faint = 0.7;

/**
 * Marks down the scores of cells whose outlines are fainter than is usual in their image: debris and cells out of focus, which
 * a network takes for cells where the images it was trained on show few of them. What is usual is the median contrast of
 * the surer half; a score falls as the square of what is missing. A cell as clear as the others, or an image of fewer
 * than five, keeps its score.
 *
 * @param contrasts one a score, as `outlineContrasts` gives them
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
  const enough = faint * usual;
  return scores.map((score, k) => {
    const contrast = contrasts[k];
    return contrast === undefined || contrast >= enough ? score : score * (contrast / enough) ** 2;
  });
}
