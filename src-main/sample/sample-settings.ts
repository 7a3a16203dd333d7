import defaults from '../../resources/sample-settings.json' with { type: 'json' };

/** Lowest and highest value; each image draws its own value between them. */
export type Range = readonly number[];

/** Settings of the generator of A431-like images; `resources/sample-settings.json` has the shipped values. */
export interface SampleSettings {
  heightPx: number;
  widthPx: number;
  pixelSizeUm: number;
  cells: {
    /** Mean diameter of a cell in px. */
    diameterPx: number;
    /** Standard deviation of the diameters divided by their mean. */
    diameterSpread: number;
    /** Share of the image that colonies cover. */
    coverage: Range;
    /** About half the width of a colony in px. */
    colonyScalePx: number;
    /** Length over width of a cell. */
    elongation: Range;
    /** Standard deviation of a border's deviation in px. */
    borderWavinessPx: number;
    /** Number of single cells outside the colonies. */
    isolated: Range;
  };
  membrane: {
    /** Standard deviation of the logarithm of the cells' brightness. */
    cellSpread: number;
    /** Brightness of the cytosol of an average cell; the unit of the next two. */
    cytosol: number;
    /** Brightness of a border between two cells. */
    border: number;
    /**
     * Relative standard deviation of a border's brightness along its length: at 0.75 a tenth of it is
     * invisible.
     */
    borderFading: number;
    /** Relative standard deviation of the cytosol's texture. */
    texture: number;
    /** Bright dots on borders, per cell. */
    puncta: number;
  };
  nuclei: {
    diameterPx: number;
    /** Standard deviation of the diameters divided by their mean. */
    diameterSpread: number;
    /** Largest distance of a nucleus from its cell's centre, as a share of the cell's diameter. */
    offCentre: number;
    /** Standard deviation of the logarithm of the nuclei's brightness. */
    brightnessSpread: number;
    /** Share of cells with an invisible nucleus. */
    missing: number;
    /** Share of cells whose nucleus touches a neighbour's. */
    merged: number;
  };
  camera: {
    /** Loss of light from the brightest to the darkest spot of the image. */
    unevenness: number;
    /** Share of the light that is out of focus. */
    haze: number;
    /** Standard deviation of the point spread function in px. */
    blurPx: Range;
    /** Photons per pixel from a cytosol of brightness 1. */
    photons: Range;
    countsPerPhoton: number;
    /** Standard deviation in counts. */
    readNoise: number;
    /** Counts of a pixel without light. */
    offset: number;
  };
}

export const defaultSampleSettings: SampleSettings = defaults;
