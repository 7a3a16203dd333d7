import type { LabelImage, Locations } from '../contract/pixels.ts';
import { cutPixels } from '../imaging/raster/cut-pixels.ts';
import { growTerritories } from './grow-territories.ts';
import { placeCells } from './place-cells.ts';
import { placeNuclei } from './place-nuclei.ts';
import { nucleusShadowOf, renderMembrane } from './render-membrane.ts';
import { renderNuclei } from './render-nuclei.ts';
import { defaultSampleSettings } from './sample-settings.ts';
import type { SampleSettings } from './sample-settings.ts';
import { SeededRandom } from '../model/seeded-random.ts';
import { drawOptics, takeMicrograph } from './take-micrograph.ts';
import { withoutFragments } from './without-fragments.ts';

/** A generated image of cells: two channels, and the truth. */
export interface ColonyImage {
  height: number;
  width: number;
  /** Membrane and cytosol stain, 16-bit counts [height, width]. */
  membrane: Uint16Array;
  /** DNA stain, 16-bit counts [height, width]. */
  nuclei: Uint16Array;
  /** The true cells, 1 … n. */
  labels: LabelImage;
  /** The centre of every nucleus, including invisible ones. */
  nucleusLocations: Locations;
  pixelSizeUm: number;
}

/**
 * Cells are placed up to this far outside the image, in cell diameters, so that its edge cuts cells
 * naturally.
 */
const marginCells = 1.5;
/**
 * A smaller fragment at the image's edge is not an instance, as for human annotators: share of a mean cell's
 * area.
 */
const smallestFragment = 0.15;

/**
 * Generates an image like the paper's A431 set: colonies of densely packed epithelial cells at 0.8 µm per px.
 * The stains show phosphotyrosine (membrane and cytosol) and DNA. The same seed and settings give the same
 * numbers.
 *
 * @param seed an integer
 */
export function generateColonyImage(
  seed: number,
  settings: SampleSettings = defaultSampleSettings,
): ColonyImage {
  const random = new SeededRandom(seed, 'colony image');
  const margin = Math.ceil(marginCells * settings.cells.diameterPx);
  const outerHeight = settings.heightPx + 2 * margin;
  const outerWidth = settings.widthPx + 2 * margin;

  const seeds = placeCells(outerHeight, outerWidth, settings.cells, random);
  const cells = growTerritories(outerHeight, outerWidth, seeds, settings.cells.borderWavinessPx, random);
  const nuclei = placeNuclei(cells, settings.nuclei, random);
  const membrane = renderMembrane(
    cells,
    nucleusShadowOf(outerHeight, outerWidth, nuclei),
    settings.membrane,
    random,
  );
  const dna = renderNuclei(cells, nuclei, random);
  const optics = drawOptics(settings.camera, random);
  const { heightPx: height, widthPx: width } = settings;
  const crop = <T extends Uint16Array | Int32Array>(plane: T): T =>
    cutPixels(plane, outerWidth, { top: margin, left: margin, height, width });

  const smallestPx = smallestFragment * (Math.PI / 4) * settings.cells.diameterPx ** 2;
  const labels = withoutFragments({ height, width, data: crop(cells.data) }, smallestPx);
  return {
    height,
    width,
    membrane: crop(takeMicrograph(membrane, optics, settings.camera, random)),
    nuclei: crop(takeMicrograph(dna, optics, settings.camera, random)),
    labels,
    nucleusLocations: Float32Array.from(
      nuclei
        .map((nucleus) => ({ y: nucleus.y - margin, x: nucleus.x - margin }))
        .filter(({ y, x }) => y >= 0 && x >= 0 && y < height && x < width)
        .flatMap(({ y, x }) => [y, x]),
    ),
    pixelSizeUm: settings.pixelSizeUm,
  };
}
