import { featureOf } from '../../annotation/foreground-candidates.ts';
import type { ForegroundFeature } from '../../annotation/foreground/foreground-feature.ts';
import type { FloatPlane } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project.ts';
import type { CandidateSettings } from '../../contract/requests/foreground.ts';
import { loadRole } from '../../project/load-image.ts';
import type { Project } from '../../project/project.ts';
import { ByteCache } from '../byte-cache.ts';
import { pixelsKey } from './pixels-key.ts';

const planes = new ByteCache<FloatPlane>(128 * 2 ** 20);
const features = new ByteCache<ForegroundFeature>(128 * 2 ** 20);

/** The channel of an image that shows cells or nuclei; kept for a while, since sliders ask for it again and again. */
export async function recentPlane(
  project: Project,
  image: ImageEntry,
  role: 'cells' | 'nuclei',
): Promise<FloatPlane> {
  const key = keyOf(project, image, role);
  const known = planes.get(key);
  if (known !== undefined) return known;
  const plane = await loadRole(project, image, role);
  planes.set(key, plane, plane.data.byteLength);
  return plane;
}

/** What of the cells' channel is thresholded, which takes longer than the threshold itself. */
export async function recentFeature(
  project: Project,
  image: ImageEntry,
  settings: CandidateSettings,
): Promise<ForegroundFeature> {
  const key = `${keyOf(project, image, 'cells')}|${settings.feature}`;
  const known = features.get(key);
  if (known !== undefined) return known;
  const feature = featureOf(await recentPlane(project, image, 'cells'), settings);
  features.set(key, feature, feature.plane.data.byteLength);
  return feature;
}

function keyOf(project: Project, image: ImageEntry, role: 'cells' | 'nuclei'): string {
  const { t, z } = image.plane;
  return [project.folder, image.id, pixelsKey(image), image.roles[role], t, z].join('|');
}
