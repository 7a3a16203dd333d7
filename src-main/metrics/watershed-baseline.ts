import { float32At } from '../contract/elements.ts';
import type { FloatPlane, LabelImage, Locations, Mask } from '../contract/pixels.ts';
import { gaussianFilter } from '../imaging/filters/gaussian-filter.ts';
import { distanceTransform } from '../imaging/morphology/distance-transform.ts';
import { seededWatershed } from '../imaging/watershed/seeded-watershed.ts';

/**
 * Widths of the two blurs whose difference shows borders, and the weight of a border, all in mean cell
 * diameters.
 */
const fineSigma = 0.035;
const coarseSigma = 0.15;
const borderWeight = 0.12;

/**
 * The baseline without a network: a seeded watershed from the locations inside the foreground. A trained
 * model must beat it on the same image.
 *
 * The landscape is the distance to the nearest location plus the bright borders of the image. Borders are a
 * difference of two Gaussians of its logarithm, in units of its standard deviation in the foreground. It was
 * the best landscape on generated A431-like images: intensity, gradient or distance to the background alone
 * leak through faint borders.
 *
 * @param plane the cell channel at any positive intensity scale, [height, width]
 * @param locations one per cell
 * @param foreground [height, width]
 * @returns label i + 1 grows from location i; a location outside the foreground has no pixels
 * @throws RangeError if plane and foreground differ in size
 */
export function watershedBaseline(plane: FloatPlane, locations: Locations, foreground: Mask): LabelImage {
  const { height, width } = plane;
  if (foreground.height !== height || foreground.width !== width) {
    throw new RangeError(
      `the foreground must be ${height} × ${width} like the plane, received ${foreground.height} × ${foreground.width}`,
    );
  }
  const area = foreground.data.reduce((sum, value) => sum + value, 0);
  if (area === 0 || locations.length === 0) return { height, width, data: new Int32Array(height * width) };
  const diameterPx = Math.sqrt(((4 / Math.PI) * area) / (locations.length / 2));

  const brightness = logarithm(plane);
  const fine = gaussianFilter(brightness, fineSigma * diameterPx).data;
  const coarse = gaussianFilter(brightness, coarseSigma * diameterPx).data;
  const borders = fine.map((value, i) => value - float32At(coarse, i));
  const deviation = deviationInside(borders, foreground.data);
  const weight = deviation > 0 ? (borderWeight * diameterPx) / deviation : 0;
  const landscape = distanceTransform(allBut(locations, height, width)).data.map(
    (d, i) => d + weight * float32At(borders, i),
  );
  return seededWatershed({ height, width, data: landscape }, locations, foreground);
}

/** The logarithm above the darkest pixel, with an offset that keeps read noise of the background small. */
function logarithm({ height, width, data }: FloatPlane): FloatPlane {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const offset = 0.01 * (high - low) || 1;
  return { height, width, data: data.map((value) => Math.log(value - low + offset)) };
}

/** All pixels except those with a location. */
function allBut(locations: Locations, height: number, width: number): Mask {
  const data = new Uint8Array(height * width).fill(1);
  for (let k = 0; k < locations.length; k += 2) {
    const [y, x] = [Math.floor(float32At(locations, k)), Math.floor(float32At(locations, k + 1))];
    if (y >= 0 && x >= 0 && y < height && x < width) data[y * width + x] = 0;
  }
  return { height, width, data };
}

function deviationInside(values: Float32Array, mask: Uint8Array): number {
  let [sum, squares, count] = [0, 0, 0];
  values.forEach((value, i) => {
    if (mask[i] === 0) return;
    sum += value;
    squares += value * value;
    count++;
  });
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}
