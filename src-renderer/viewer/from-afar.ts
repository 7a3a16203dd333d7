import { numberAt } from '../../src-main/contract/elements.ts';
import type { ContourSet } from '../../src-main/contract/pixels.ts';

/** Lines would cover shapes smaller than the first size, CSS px, and cover none above the second. */
const [sizeOfFills, sizeOfLines] = [6, 16];
/** Opacity of a fill that stands for lines: the image below stays readable. */
const fillOpacity = 0.35;
/** Enough rings for a median. */
const mostMeasured = 1000;

/** How contours of a size on the screen are shown: as lines, from afar as a faint fill, or as both. */
export interface AfarLook {
  /** Opacity of lines, 0 … 1. */
  lines: number;
  /** Opacity of the fill, 0 … 1. */
  fill: number;
}

/** @param sizePx width of most shapes on the screen, CSS px */
export function lookFromAfar(sizePx: number): AfarLook {
  const nearness = Math.min(1, Math.max(0, (sizePx - sizeOfFills) / (sizeOfLines - sizeOfFills)));
  return { lines: nearness, fill: fillOpacity * (1 - nearness) };
}

/**
 * The width of the rings that have half of all outlines, image px: a median weighted by width. Small holes
 * and specks, however many, do not decide how large shapes look. 0 without rings.
 */
export function medianWidth({ points, ringStarts, ringLabels }: ContourSet): number {
  const widths: number[] = [];
  const step = Math.max(1, Math.floor(ringLabels.length / mostMeasured));
  for (let ring = 0; ring < ringLabels.length; ring += step) {
    let [top, left, bottom, right] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = numberAt(ringStarts, ring); i < numberAt(ringStarts, ring + 1); i++) {
      const [y, x] = [numberAt(points, 2 * i), numberAt(points, 2 * i + 1)];
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
    if (bottom >= top) widths.push(Math.max(bottom - top, right - left));
  }
  let left = widths.reduce((sum, width) => sum + width, 0) / 2;
  return widths.sort((a, b) => a - b).find((width) => (left -= width) <= 0) ?? 0;
}
