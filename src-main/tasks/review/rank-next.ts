import { numberAt } from '../../contract/elements.ts';
import type { NextImage } from '../../contract/requests/review-requests.ts';

type NextReason = NextImage['reason'];

/** The features of an image that decide how much its correction teaches. */
export interface ImageFeatures {
  /** Mean of 1 − score over the cells that nobody has judged. */
  doubt: number;
  /** Number of these cells. */
  cells: number;
  /** Number of judged cells. */
  corrected: number;
  /** Medians over all cells, and their number per image area. */
  medianAreaPx: number;
  medianScore: number;
  density: number;
}

export interface RankedImage {
  index: number;
  /** Doubt × number of cells × unlikeness. */
  gain: number;
  reason: NextReason;
}

/** An image that looks like a corrected one still teaches something. */
const leastUnlikeness = 0.2;

/**
 * Ranks images by the expected gain of their correction: doubt × number of cells × unlikeness to corrected
 * images. The unlikeness is 1 − e^−d. d is the distance to the most similar corrected image, in log area, log
 * density and score. The reason is the factor that exceeds its median over all images most.
 *
 * @returns images with cells to judge, highest gain first
 */
export function rankNext(images: readonly ImageFeatures[]): RankedImage[] {
  const corrected = images.filter((image) => image.corrected > 0);
  const unlikeness = images.map((image) => {
    const nearest = Math.min(...corrected.map((other) => distance(image, other)));
    return Math.max(leastUnlikeness, corrected.length === 0 ? 1 : 1 - Math.exp(-nearest));
  });
  const usual = {
    doubt: median(images.map(({ doubt }) => doubt)),
    cells: median(images.map(({ cells }) => cells)),
    unlikeness: median(unlikeness),
  };
  return images
    .flatMap(({ doubt, cells }, index): RankedImage[] => {
      if (cells === 0) return [];
      const factors: [NextReason, number][] = [
        ['doubtful', doubt / Math.max(usual.doubt, 1e-6)],
        ['unlike', numberAt(unlikeness, index) / usual.unlikeness],
        ['many-cells', cells / Math.max(usual.cells, 1)],
      ];
      const [[reason]] = factors.sort((a, b) => b[1] - a[1]) as [[NextReason, number]];
      return [{ index, gain: doubt * cells * numberAt(unlikeness, index), reason }];
    })
    .sort((a, b) => b.gain - a.gain || a.index - b.index);
}

function distance(a: ImageFeatures, b: ImageFeatures): number {
  const log = (x: number, y: number): number => Math.log(Math.max(x, 1e-9) / Math.max(y, 1e-9));
  return Math.hypot(
    log(a.medianAreaPx, b.medianAreaPx),
    log(a.density, b.density),
    3 * (a.medianScore - b.medianScore),
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
