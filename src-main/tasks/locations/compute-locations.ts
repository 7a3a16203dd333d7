import { findLocationsInBands } from '../../annotation/find-locations-in-bands.ts';
import { findLocations } from '../../annotation/find-locations.ts';
import type { FinderSettings } from '../../annotation/find-locations.ts';
import { workingBlockPx } from '../../annotation/working-block.ts';
import type { Pace } from '../../contract/job.ts';
import type { FloatPlane } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import type { LocationSettings, LocationsPreview } from '../../contract/requests/location-requests.ts';
import { blankNote } from '../../imaging/padding/is-blank.ts';
import { resizePlane } from '../../imaging/resample/resize-plane.ts';
import { roleBands } from '../../project/load-image.ts';
import type { Project } from '../../project/project.ts';
import { recentPlane } from '../images/recent-plane.ts';
import { sigmaInPixels } from './sigma-in-pixels.ts';

/** A coarse preview halves images with a longer side from this length on, px. */
const coarseFromPx = 700;

/**
 * Finds one location per cell in the nuclei channel of an image.
 * @param coarse computes at half the resolution, while a slider moves. Images of over 2²⁴ pixels are reduced
 *   to means of blocks.
 * @throws LacssError `setting-invalid` if σ is in µm and the pixel size is unknown or wrong; what `pace`
 *   throws
 */
export async function computeLocations(
  project: Project,
  image: ImageEntry,
  settings: LocationSettings,
  coarse: boolean,
  pace: Pace,
): Promise<LocationsPreview> {
  const sigma = sigmaInPixels(settings.sigma, image);
  const blockPx = workingBlockPx(image);
  if (blockPx > 1) {
    const means = async (): Promise<FloatPlane> =>
      recentPlane(project, image, 'nuclei', blockPx, pace.signal);
    if (coarse) return found(await means(), { ...settings, sigma }, blockPx);
    const large = {
      height: image.height,
      width: image.width,
      bands: () => roleBands(project, image, 'nuclei', pace.signal),
      coarse: async () => ({ plane: await means(), side: blockPx }),
    };
    const { locations, sigmaPx, threshold } = await findLocationsInBands(large, { ...settings, sigma }, pace);
    return { points: locations, sigmaPx, threshold, coarse: false };
  }
  const plane = await recentPlane(project, image, 'nuclei', 1, pace.signal);
  const factor = coarse && Math.max(plane.height, plane.width) > coarseFromPx ? 2 : 1;
  const small = factor === 1 ? plane : shrunk(plane, factor);
  await pace(0);
  return found(small, { ...settings, sigma }, factor);
}

function shrunk(plane: FloatPlane, factor: number): FloatPlane {
  const [height, width] = [Math.round(plane.height / factor), Math.round(plane.width / factor)];
  const small = resizePlane(plane, height, width);
  if (plane.missing === undefined) return small;
  const shares = resizePlane({ ...plane, data: Float32Array.from(plane.missing) }, height, width);
  return { ...small, missing: Uint8Array.from(shares.data, (share) => (share > 0 ? 1 : 0)) };
}

/** The locations of a plane that was reduced by a factor, converted to px of the image. */
function found(
  plane: FloatPlane,
  settings: FinderSettings & Pick<LocationSettings, 'borderPx'>,
  factor: number,
): LocationsPreview {
  const { sigma } = settings;
  const own = {
    ...settings,
    sigma: sigma === 'auto' ? sigma : sigma / factor,
    borderPx: settings.borderPx / factor,
  };
  const { locations, sigmaPx, threshold, isBlank } = findLocations(plane, own);
  return {
    points: factor === 1 ? locations : locations.map((value) => value * factor),
    sigmaPx: sigmaPx * factor,
    threshold,
    coarse: factor > 1,
    ...(isBlank ? { note: blankNote } : {}),
  };
}
