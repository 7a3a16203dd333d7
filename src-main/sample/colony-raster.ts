import type { Raster } from '../contract/pixels.ts';
import type { ColonyImage } from './generate-colony-image.ts';

/**
 * A generated image as a microscope's file would hold it: two channels and the pixel size, without the truth.
 */
export function colonyRaster({
  height,
  width,
  membrane,
  nuclei,
  pixelSizeUm,
}: Omit<ColonyImage, 'labels' | 'nucleusLocations'>): Raster {
  return {
    height,
    width,
    dtype: 'uint16',
    sizes: { t: 1, z: 1, c: 2 },
    planes: [membrane, nuclei],
    channelNames: ['Membrane', 'DAPI'],
    pixelSizeUm: { y: pixelSizeUm, x: pixelSizeUm },
  };
}
