import { findLocations } from '../../annotation/find-locations.ts';
import type { ImageEntry } from '../../contract/project.ts';
import type { LocationSettings, LocationsPreview } from '../../contract/requests/locations.ts';
import { resizePlane } from '../../imaging/resample/resize-plane.ts';
import type { Project } from '../../project/project.ts';
import { recentPlane } from '../images/recent-plane.ts';
import { sigmaInPixels } from './sigma-in-pixels.ts';

/** Longer side from which a coarse preview halves the image, px. */
const coarseFromPx = 700;

/**
 * Finds one location per cell in the nuclei channel of an image.
 * @param coarse at half the resolution, while a slider moves
 * @throws LacssError `setting-invalid` where σ is in µm and the pixel size is unknown or wrong
 */
export async function computeLocations(
  project: Project,
  image: ImageEntry,
  settings: LocationSettings,
  coarse = false,
): Promise<LocationsPreview> {
  const plane = await recentPlane(project, image, 'nuclei');
  const sigma = sigmaInPixels(settings.sigma, image);
  const factor = coarse && Math.max(plane.height, plane.width) > coarseFromPx ? 2 : 1;
  const small =
    factor === 1
      ? plane
      : resizePlane(plane, Math.round(plane.height / factor), Math.round(plane.width / factor));
  const found = findLocations(small, { ...settings, sigma: sigma === 'auto' ? sigma : sigma / factor });
  return {
    points: factor === 1 ? found.locations : found.locations.map((value) => value * factor),
    sigmaPx: found.sigmaPx * factor,
    threshold: found.threshold,
    coarse: factor > 1,
  };
}
