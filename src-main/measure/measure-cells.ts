import { itemAt } from '../contract/elements.ts';
import type { CellLabels, PixelSizeUm } from '../contract/pixels.ts';
import { uniqueChannelNames } from '../imaging/channels/unique-channel-names.ts';
import { instanceLabels } from '../imaging/label/instance-labels.ts';
import { runsOf } from '../imaging/label/runs-of.ts';
import { convexArea } from './convex-area.ts';
import { findRegions, type LabelRegion } from './label-region.ts';
import {
  intensityOf,
  measureIntensities,
  type CellIntensity,
  type IntensityTable,
  type MeasuredChannel,
} from './measure-intensities.ts';
import { perimeterOf } from './perimeter-of.ts';

/** Lengths and areas of a cell, in px or µm. */
export interface CellShape {
  area: number;
  /** Length of the outline; `null` in µm if pixels are not square. */
  perimeter: number | null;
  majorAxis: number;
  minorAxis: number;
}

/** The measurements of one cell. */
export interface CellMeasurement {
  label: number;
  /** Centre of mass in pixels; the centre of the first pixel is (0.5, 0.5). */
  centroid: { y: number; x: number };
  px: CellShape;
  /** `null` if the pixel size is unknown. */
  um: (CellShape & { centroid: { y: number; x: number } }) | null;
  /** Eccentricity of the ellipse with the same second moments: 0 for a circle, near 1 for a long cell. */
  eccentricity: number;
  /** Share of the convex hull that the cell fills. */
  solidity: number;
  intensities: CellIntensity[];
}

/** Largest ratio of pixel height and width, or its inverse, for which a perimeter in µm is meaningful. */
const squareTolerance = 1.01;

/**
 * Measures every instance of a label image, in the order of the labels.
 *
 * Area, perimeter, axis lengths, eccentricity and solidity are those of `skimage.measure.regionprops`
 * (scikit-image 0.19, goldens in test/golden). The centroid is half a pixel more along both axes, because a
 * pixel's centre is at +0.5 here.
 *
 * Channels of equal names get their numbers: `DAPI`, `DAPI (3)`. Each is read once, band by band. Only the
 * runs of the cells are held.
 *
 * @throws RangeError where a channel has another size than the label image; what its bands throw.
 */
export async function measureCells(
  cells: CellLabels,
  channels: readonly MeasuredChannel[],
  pixelSizeUm: PixelSizeUm | null,
): Promise<CellMeasurement[]> {
  const labels = runsOf(cells);
  const known = instanceLabels(labels);
  const indexOf = new Map(Array.from(known, (label, index) => [label, index]));
  /** Which cell each run belongs to. */
  const owners = Int32Array.from(labels.labels, (label) => indexOf.get(label)!);
  const names = uniqueChannelNames(channels.map(({ name }) => name));
  const intensities: IntensityTable[] = [];
  for (const [i, { bands }] of channels.entries()) {
    intensities.push(await measureIntensities(labels, owners, known.length, itemAt(names, i), bands));
  }
  return findRegions(labels, known, owners).map((region, cell) =>
    measureRegion(
      region,
      intensities.map((table) => intensityOf(table, cell)),
      pixelSizeUm,
    ),
  );
}

function measureRegion(
  region: LabelRegion,
  intensities: CellIntensity[],
  pixelSizeUm: PixelSizeUm | null,
): CellMeasurement {
  const { area, label } = region;
  const centroid = { y: region.sumY / area, x: region.sumX / area };
  let yy = 0;
  let xx = 0;
  let yx = 0;
  for (const { y, start, end } of region.runs) {
    const dy = y - centroid.y;
    for (let x = start; x < end; x++) {
      const dx = x - centroid.x;
      yy += dy * dy;
      xx += dx * dx;
      yx += dy * dx;
    }
  }
  const moments = { yy: yy / area, xx: xx / area, yx: yx / area };
  const axes = ellipseAxes(moments);
  const perimeter = perimeterOf(region);
  const px = { area, perimeter, majorAxis: axes.major, minorAxis: axes.minor };
  const centre = { y: centroid.y + 0.5, x: centroid.x + 0.5 };
  return {
    label,
    centroid: centre,
    px,
    um: pixelSizeUm === null ? null : inMicrometres(px, moments, centre, pixelSizeUm),
    eccentricity: axes.major === 0 ? 0 : Math.sqrt(Math.max(0, 1 - (axes.minor / axes.major) ** 2)),
    solidity: area / convexArea(region),
    intensities,
  };
}

interface Moments {
  yy: number;
  xx: number;
  yx: number;
}

/** Full axes of the ellipse with these second moments: four standard deviations along the principal axes. */
function ellipseAxes({ yy, xx, yx }: Moments): { major: number; minor: number } {
  const middle = (yy + xx) / 2;
  const spread = Math.hypot((yy - xx) / 2, yx);
  return { major: 4 * Math.sqrt(middle + spread), minor: 4 * Math.sqrt(Math.max(0, middle - spread)) };
}

function inMicrometres(
  px: CellShape,
  { yy, xx, yx }: Moments,
  centroid: { y: number; x: number },
  size: PixelSizeUm,
): CellMeasurement['um'] {
  const axes = ellipseAxes({ yy: yy * size.y ** 2, xx: xx * size.x ** 2, yx: yx * size.y * size.x });
  const square = Math.max(size.y, size.x) / Math.min(size.y, size.x) <= squareTolerance;
  return {
    area: px.area * size.y * size.x,
    perimeter: square && px.perimeter !== null ? px.perimeter * Math.sqrt(size.y * size.x) : null,
    majorAxis: axes.major,
    minorAxis: axes.minor,
    centroid: { y: centroid.y * size.y, x: centroid.x * size.x },
  };
}
