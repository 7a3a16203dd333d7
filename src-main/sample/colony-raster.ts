import type { Raster } from '../contract/pixels.ts';
import type { ColonyImage } from './generate-colony-image.ts';

/** A generated field as a microscope's file would hold it: its two channels and the size of a pixel, nothing of the truth. */
export function colonyRaster({ height, width, membrane, nuclei, pixelSizeUm }: ColonyImage): Raster {
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
