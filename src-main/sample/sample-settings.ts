import defaults from '../../resources/sample-settings.json' with { type: 'json' };

/** A lowest and a highest value; each image draws its own in between. */
export type Range = readonly number[];

/** What the generator of A431-like images draws; `resources/sample-settings.json` holds the values that ship. */
export interface SampleSettings {
  heightPx: number;
  widthPx: number;
  pixelSizeUm: number;
  cells: {
    /** Mean diameter of a cell in px. */
    diameterPx: number;
    /** Standard deviation of the diameters over their mean. */
    diameterSpread: number;
    /** Share of the field that colonies cover. */
    coverage: Range;
    /** About half the width of a colony in px. */
    colonyScalePx: number;
    /** Length over width of a cell. */
    elongation: Range;
    /** Standard deviation of a border's wander in px. */
    borderWavinessPx: number;
    /** Number of cells that lie alone, outside the colonies. */
    isolated: Range;
  };
  membrane: {
    /** Standard deviation of the logarithm of the cells' brightness. */
    cellSpread: number;
    /** Brightness of the cytosol of an average cell; the unit of the next two. */
    cytosol: number;
    /** Brightness of a border between two cells. */
    border: number;
    /** Standard deviation of a border's brightness along its way over its mean: at 0.75 a tenth of it is invisible. */
    borderFading: number;
    /** Standard deviation of the cytosol's texture over its mean. */
    texture: number;
    /** Bright spots on borders, a cell. */
    puncta: number;
  };
  nuclei: {
    diameterPx: number;
    /** Standard deviation of the diameters over their mean. */
    diameterSpread: number;
    /** Largest distance of a nucleus from its cell's middle over the cell's diameter. */
    offCentre: number;
    /** Standard deviation of the logarithm of the nuclei's brightness. */
    brightnessSpread: number;
    /** Share of the cells whose nucleus is not seen. */
    missing: number;
    /** Share of the cells whose nucleus touches a neighbour's. */
    merged: number;
  };
  camera: {
    /** Light lost from the brightest to the darkest spot of the field. */
    unevenness: number;
    /** Share of the light that arrives out of focus. */
    haze: number;
    /** Standard deviation of the point spread function in px. */
    blurPx: Range;
    /** Photons a pixel from a cytosol of brightness 1. */
    photons: Range;
    countsPerPhoton: number;
    /** Standard deviation in counts. */
    readNoise: number;
    /** Counts of a pixel without light. */
    offset: number;
  };
}

export const defaultSampleSettings: SampleSettings = defaults;
