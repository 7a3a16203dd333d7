import looks from '../../resources/look-settings.json' with { type: 'json' };
import type { Range } from './sample-settings.ts';

/**
 * One kind of microscopy image to generate. Lengths are in px of an image whose cells have a diameter of 32
 * px. Contrasts are relative to the background, which is 0; 1 is the usual contrast of a cell.
 */
export interface LookSettings {
  cells: {
    /** Standard deviation of the diameters divided by their mean. */
    spread: number;
    /** Share of the image that colonies cover. */
    coverage: Range;
    colonyScalePx: Range;
    /** Length over width. */
    elongation: Range;
    /** Standard deviation of a border's deviation. */
    wavinessPx: Range;
    /** Number of single cells outside the colonies. */
    isolated: Range;
  };
  /** Share of the cells whose long axis follows their neighbours'. */
  alignment: Range;
  /** Share of the cells that are rounded up, as in division: small, thick, of high contrast. */
  rounded: Range;
  roundedContrast: Range;
  /** Contrast of a cell. */
  interior: Range;
  /** Standard deviation of the contrast between the cells of an image. */
  interiorSpread: number;
  /** How far the contrast falls towards the border; negative: it rises. */
  dome: Range;
  domeWidthPx: Range;
  /** Contrast of the grains in a cell, and their size. */
  texture: Range;
  grainPx: Range;
  nucleus: Range;
  nucleoli: Range;
  /** Contrast of the line along the border. */
  rim: Range;
  rimWidthPx: Range;
  /** Relative standard deviation of the line's contrast along its length. */
  rimFading: Range;
  /** Phase contrast: share of a wide blur that is subtracted, and its σ. Dark cells get a bright halo. */
  halo: Range;
  haloPx: Range;
  /** Differential interference contrast: strength of the derivative along a direction. */
  relief: Range;
  /** Number of specks that are no cells, and their contrast. */
  debris: Range;
  debrisContrast: Range;
  /** Number of large objects out of focus. */
  blurred: Range;
  /** Amplitude of slow changes of the background. */
  background: Range;
  noise: Range;
  blurPx: Range;
  /** Share of the images with inverted contrast. */
  inverted: number;
}

/** The kinds of images that teach the base model, by name. */
export const lookSettings: Record<string, LookSettings> = looks;
