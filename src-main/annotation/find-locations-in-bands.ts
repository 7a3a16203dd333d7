import type { Pace } from '../contract/job.ts';
import type { FloatPlane } from '../contract/pixels.ts';
import {
  checkedFinderSettings,
  estimatedSigma,
  inWhole,
  LocationSearch,
  logarithm,
} from './find-locations.ts';
import type { FinderSettings, FoundLocations } from './find-locations.ts';
import { differenceOfGaussians } from './locations/difference-of-gaussians.ts';
import { RowWindow } from '../imaging/source/row-window.ts';
import { paddedBands } from './padded-bands.ts';
import type { LargePlane } from './padded-bands.ts';
import { gaussianKernel } from '../imaging/filters/gaussian-kernel.ts';

/** Higher maxima are also looked for in rows beside a stretch: this number of σ, within these limits. */
const besideSigmas = 24;
const leastBesidePx = 256;
const mostBesidePx = 1024;

/**
 * Finds the locations of `findLocations` in a plane that is too large to be held. It reads the plane twice,
 * in bands, and holds one stretch of rows. Padding is cut off before.
 *
 * Two things are approximate. An automatic σ is estimated from block means. Prominence is measured only
 * within a stretch and the rows beside it (24 σ, 256 to 1024). So a longer region above the threshold may
 * keep a maximum near a higher one.
 * @param stretchPixels number of pixels searched for maxima at once, without the rows beside them.
 * @throws RangeError when a setting lies outside its range; what the plane and `pace` throw.
 */
export async function findLocationsInBands(
  whole: LargePlane,
  settings: FinderSettings,
  pace: Pace,
  stretchPixels = 2 ** 22,
): Promise<FoundLocations> {
  const complete = checkedFinderSettings(settings);
  const { sigma, outerSigmaRatio, logIntensity } = complete;
  await pace(0);
  const shown = await paddedBands(whole);
  const { plane } = shown;
  const { height, width } = plane;
  const valuesOf = (): RowWindow => new RowWindow(plane, logIntensity ? logarithm : (data) => data);
  const sigmaPx =
    sigma === 'auto' ? shown.sidePx * estimatedSigma(shown.means, outerSigmaRatio, shown.padding) : sigma;
  const search = new LocationSearch(plane, { ...complete, sigma: sigmaPx });
  const bandRows = Math.max(1, Math.floor(stretchPixels / 8 / width));
  let values = valuesOf();
  for (let y = 0; y < height; y += bandRows) {
    await pace((0.3 * y) / height);
    const end = Math.min(height, y + bandRows);
    const top = Math.max(0, y - 1);
    search.look(await values.rows(top, Math.min(height, end + 1)), y - top, end - top);
  }
  await values.close();

  const outerSigmaPx = sigmaPx * outerSigmaRatio;
  const reach = gaussianKernel(outerSigmaPx).weights.length - 1;
  const beside = Math.min(mostBesidePx, Math.max(leastBesidePx, Math.ceil(besideSigmas * sigmaPx)));
  const stretchRows = Math.max(1, Math.floor(stretchPixels / width));
  values = valuesOf();
  let known: FloatPlane & { y: number } = { y: 0, height: 0, width, data: new Float32Array(0) };
  for (let y = 0; y < height; y += stretchRows) {
    const end = Math.min(height, y + stretchRows);
    const top = Math.max(0, y - beside);
    const bottom = Math.min(height, end + beside);
    const response = { height: bottom - top, width, data: new Float32Array((bottom - top) * width) };
    // What lies around the stretch before is known already.
    const from = known.y + known.height;
    response.data.set(known.data.subarray((top - known.y) * width));
    for (let row = Math.max(top, from); row < bottom; row += bandRows) {
      await pace(0.3 + (0.7 * row) / height);
      const rowEnd = Math.min(bottom, row + bandRows);
      const first = Math.max(0, row - reach);
      const window = await values.rows(first, Math.min(height, rowEnd + reach));
      const rows = { from: row - first, to: rowEnd - first };
      response.data.set(differenceOfGaussians(window, sigmaPx, outerSigmaPx, rows).data, (row - top) * width);
    }
    search.addResponse(response, top, { from: y - top, to: end - top });
    known = { ...response, y: top };
  }
  await values.close();
  return inWhole(search.finish(), shown, shown.isPadding);
}
