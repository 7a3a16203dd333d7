import type { ReviewView } from '../../../src-main/contract/requests/review.ts';
import { brief, grouped } from '../../ui/format.ts';

/** From this factor on, up or down, a size is called one. */
const oddFactor = 1.5;

type Figures = Pick<ReviewView, 'scores' | 'areasPx' | 'usual'>;

/** `small` or `large` where a cell's area is far from the usual one; else nothing. */
export function sizeWord({ areasPx, usual }: Figures, cell: number): 'small' | 'large' | '' {
  const ratio = areasPx[cell]! / usual.areaPx;
  return ratio >= oddFactor ? 'large' : ratio <= 1 / oddFactor ? 'small' : '';
}

/** Why a cell has its place in the list that begins with the worst: its score and its size beside the usual ones. */
export function rankReason(figures: Figures, cell: number): string {
  const { scores, areasPx, usual } = figures;
  const score = `Score ${scores[cell]!.toFixed(2)}, the usual one ${usual.score.toFixed(2)}`;
  const area = `${grouped(Math.round(areasPx[cell]!))} px²`;
  const size =
    sizeWord(figures, cell) === ''
      ? `${area}, about as large as the others`
      : `${area}, ${brief(Number((areasPx[cell]! / usual.areaPx).toPrecision(2)))} times the usual`;
  return `${score}; ${size}.`;
}
