import type { ReviewView } from '../../../src-main/contract/requests/review.ts';
import { brief, grouped } from '../../ui/format.ts';

/** An area differs from the median by at least this factor to be called small or large. */
const oddFactor = 1.5;

type Figures = Pick<ReviewView, 'scores' | 'areasPx' | 'usual'>;

/** `small` or `large` if a cell's area is far from the median; otherwise empty. */
export function sizeWord({ areasPx, usual }: Figures, cell: number): 'small' | 'large' | '' {
  const ratio = areasPx[cell]! / usual.areaPx;
  return ratio >= oddFactor ? 'large' : ratio <= 1 / oddFactor ? 'small' : '';
}

/** Why a cell has its place in the list: its score and area, beside the medians of the image. */
export function rankReason(figures: Figures, cell: number): string {
  const { scores, areasPx, usual } = figures;
  const area = areasPx[cell]!;
  const ratio = brief(Number((area / usual.areaPx).toPrecision(2)));
  const score = `Score ${scores[cell]!.toFixed(2)} (median ${usual.score.toFixed(2)})`;
  return `${score}; area ${grouped(Math.round(area))} px² (${ratio}× median).`;
}
