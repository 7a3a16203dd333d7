import { numberAt } from '../../../src-main/contract/elements.ts';
import type { ReviewView } from '../../../src-main/contract/requests/review-requests.ts';
import type { PixelSizeUm } from '../../../src-main/contract/pixels.ts';
import { phrase } from '../../languages/phrase.ts';
import { brief, decimals, grouped } from '../../ui/format.ts';

/** An area differs from the median by at least this factor to be called small or large. */
const oddFactor = 1.5;

type Figures = Pick<ReviewView, 'scores' | 'areasPx' | 'usual'>;

/** `small` or `large` if a cell's area is far from the median; otherwise empty. */
export function sizeWord({ areasPx, usual }: Figures, cell: number): string {
  const ratio = numberAt(areasPx, cell) / usual.areaPx;
  return ratio >= oddFactor ? phrase('large') : ratio <= 1 / oddFactor ? phrase('small') : '';
}

/** The text of an area: in µm² if the image has a pixel size, otherwise in px². */
export function areaIn(pixelSizeUm: PixelSizeUm | null): (areaPx: number) => string {
  if (pixelSizeUm === null) return (areaPx) => `${grouped(Math.round(areaPx))} px²`;
  return (areaPx) => {
    const areaUm2 = areaPx * pixelSizeUm.y * pixelSizeUm.x;
    return `${areaUm2 < 100 ? brief(Number(areaUm2.toPrecision(3))) : grouped(Math.round(areaUm2))} µm²`;
  };
}

/** Why a cell has its place in the list: its score and area, beside the medians of the image. */
export function rankReason(figures: Figures, cell: number, area = areaIn(null)): string {
  const { scores, areasPx, usual } = figures;
  const areaPx = numberAt(areasPx, cell);
  const ratio = brief(Number((areaPx / usual.areaPx).toPrecision(2)));
  const score = decimals(numberAt(scores, cell), 2);
  const median = decimals(usual.score, 2);
  return `Score ${score} (median ${median}); area ${area(areaPx)} (${ratio}× median).`;
}
