import { usualProposalScore, usualSegmentSettings } from '../contract/inference.ts';
import type { ModelCard } from '../contract/model-card.ts';
import { patchRim } from '../inference/found-cell.ts';
import { faintShare } from '../inference/mark-down-faint.ts';
import { stabilityShift } from '../inference/mask-stability.ts';
import { smallestCell } from '../inference/predict-tile.ts';
import { fewestCells } from '../model/image-scale.ts';
import type { FinderParameters } from './export-cell-finder.ts';
import type { Preset } from '../model/presets.ts';

/** The steps before and after the network, in sentences and figures. */
export interface Processing {
  before: string[];
  after: string[];
  /** The figures and choices of these sentences, for a program. */
  parameters: Readonly<FinderParameters & Record<string, number | string | null>>;
}

/**
 * Describes for programmers how to find the same cells without this program, with the usual settings of the
 * model's method. The first seven steps after the network are those of `exportCellFinder`.
 * `test/model-export/find_cells.py` follows it.
 */
export function describeProcessing({ preprocessing }: ModelCard, preset: Preset): Processing {
  const { clipPercentiles, cellSize, targetDiameterPx } = preprocessing;
  const settings = usualSegmentSettings(preset.method);
  const { ranking, nmsDistancePx, maskThreshold, minVisible, minAreaShare, tileSizePx } = settings;
  const isByOutline = ranking === 'outline';
  const parameters = {
    lowPercentile: clipPercentiles.low,
    highPercentile: clipPercentiles.high,
    trainedDiameterPx: cellSize.diameterPx,
    trainedPixelSizeUm: cellSize.pixelSizeUm,
    targetDiameterPx,
    padTo: preset.padTo,
    locationStride: preset.locations.stride,
    maskStride: preset.segmentation.stride / 2,
    minScore: settings.minScore ?? usualProposalScore,
    ranking,
    nmsDistancePx,
    smallestCell,
    maskThreshold,
    stabilityShift,
    patchRim,
    minVisible,
    minAreaShare,
    ...(isByOutline ? { fewestCells, faintShare } : {}),
  };
  const { maskStride, locationStride, minScore } = parameters;
  const measured =
    cellSize.pixelSizeUm === null ? '' : ` at ${Number(cellSize.pixelSizeUm.toPrecision(4))} µm per pixel`;
  const cellsPerPixel = `${smallestCell} · ${targetDiameterPx}²`;
  return {
    before: [
      `Each channel is clipped to its percentiles ${clipPercentiles.low} and ${clipPercentiles.high} over the whole image (numpy's default interpolation). Then it is scaled to mean 0 and variance 1.`,
      `The image is resized by the factor s, so that a mean cell is ${targetDiameterPx} px wide. In training it was ${Number(cellSize.diameterPx.toPrecision(4))} px wide${measured}. The new height is round(height · s), the new width round(width · s). The numbers are those of skimage.transform.resize(order=1, mode='symmetric'): bilinear between pixel centres, and blurred before where it shrinks. sy and sx are new height / height and new width / width.`,
      `Height and width are padded to multiples of ${preset.padTo} by mirroring at the lower and right border (… b c | c b …). LACSS Studio cuts images of more than ${tileSizePx} px into overlapping tiles. As a whole they give nearly the same cells.`,
    ],
    after: [
      `Every grid cell with a score above ${minScore} proposes a location: y = (row + 0.5 + offsets[0, 0]) · ${locationStride}, x = (column + 0.5 + offsets[0, 1]) · ${locationStride}. For this, the network needs one location as input, at any place. Proposals in the padding are dropped.`,
      `Suppression: proposals are taken by falling score. Each is kept if it is at least ${nmsDistancePx} px from all kept before. At most ceil(height · width of the filled image / (${cellsPerPixel})) are kept, the first ones.`,
      'The kept locations are given to the network, with the same image.',
      `The logit of a mask's probability p is ln(p / (1 − p)). T is the logit of ${maskThreshold}. A cell without a pixel above T in its mask is dropped. Its score is that of its location${isByOutline ? `, times the number of mask pixels above T + ${stabilityShift}, over the number above T − ${stabilityShift}` : ''}.`,
      isByOutline
        ? `Step 2 is repeated with the new scores, without the limit: the order of the cells is now that of these scores.`
        : `The order of the cells stays that of their scores.`,
      `Each mask is cut to the box around its pixels above T, and ${patchRim} px more on each side, within the mask. Pixel (i, j) of masks[n] has its centre at y = (origins[n, 0] + i + 0.5) · ${maskStride}, x = (origins[n, 1] + j + 0.5) · ${maskStride} of the resized image. Divided by sy and sx, this is a position in the original image, whose pixel (0, 0) has its centre at (0.5, 0.5).`,
      `Pasting: in their order, cells are painted on a label image of the original size. The logit at every pixel centre within the box is interpolated bilinearly between mask pixels, and repeated beyond the outermost centres. A cell covers the pixels above T. It is left out if it covers nothing that is still background${minVisible > 0 ? `, or less than ${minVisible} of its pixels are` : ''}. Otherwise every pixel it covers becomes its own, unless ${isByOutline ? 'an earlier cell has a logit there that is as high' : 'an earlier cell has it'}.`,
      'Merging: in the same order, each cell becomes one piece. Its largest 4-connected piece stays (of equal ones the first). Every other piece goes to the cell with which it shares most pixel sides (of equal ones the lower label), or becomes background if it touches none. Background pixels that the piece encloses, so that no 8-connected path leads out, become the cell’s.',
      `Cells of fewer pixels than ${Number(minAreaShare.toPrecision(4))} · π / 4 · ${targetDiameterPx}² / (sy · sx), or of none, are dropped.`,
      ...(isByOutline
        ? [
            `Faint cells get lower scores; this changes their order, not which there are. The contrast of a cell is the mean, over its outline's pixels, of the length of the gradient of the resized image (Sobel / 8, over all channels). With ${fewestCells} cells or more, the usual contrast is the median of the half with the higher scores. A cell with less than ${faintShare} of it has its score multiplied by (contrast / (${faintShare} · usual))².`,
          ]
        : []),
    ],
    parameters,
  };
}
