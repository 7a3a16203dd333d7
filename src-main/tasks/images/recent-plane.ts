import { featureOf, wantedFeature } from '../../annotation/foreground-candidates.ts';
import { workingBlockPx } from '../../annotation/working-block.ts';
import type { ForegroundFeature } from '../../annotation/foreground/foreground-feature.ts';
import type { FloatPlane } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import type { CandidateSettings } from '../../contract/requests/foreground-requests.ts';
import { loadRole } from '../../project/load-image.ts';
import type { Project } from '../../project/project.ts';
import { ByteCache } from '../../imaging/source/byte-cache.ts';
import { pixelsKey } from './pixels-key.ts';

const planes = new ByteCache<FloatPlane>(128 * 2 ** 20);
const features = new ByteCache<ForegroundFeature>(128 * 2 ** 20);

/**
 * The channel of an image that shows cells or nuclei. It is kept for a while, because sliders need it again
 * and again.
 * @param blockPx side of the blocks of pixels whose means are taken
 */
export async function recentPlane(
  project: Project,
  image: ImageEntry,
  role: 'cells' | 'nuclei',
  blockPx = 1,
  signal?: AbortSignal,
): Promise<FloatPlane> {
  const key = `${keyOf(project, image, role)}|${blockPx}`;
  const known = planes.get(key);
  if (known !== undefined) return known;
  const plane = await loadRole(project, image, role, { blockPx, signal });
  planes.set(key, plane, plane.data.byteLength);
  return plane;
}

/**
 * The feature of the cells' channel. It is kept, because it takes longer than its threshold.
 * @param blockPx side of the blocks of pixels whose means it is computed on
 */
export async function recentFeature(
  project: Project,
  image: ImageEntry,
  settings: CandidateSettings,
  blockPx = workingBlockPx(image),
  signal?: AbortSignal,
): Promise<ForegroundFeature> {
  const key = `${keyOf(project, image, 'cells')}|${wantedFeature(settings)}|${blockPx}`;
  const known = features.get(key);
  if (known !== undefined) return known;
  // A large plane is not kept, because sliders need only its feature.
  const plane =
    blockPx > 1
      ? await loadRole(project, image, 'cells', { blockPx, signal })
      : await recentPlane(project, image, 'cells', 1, signal);
  const feature = featureOf(plane, { ...settings, blockPx });
  features.set(key, feature, feature.plane.data.byteLength);
  return feature;
}

function keyOf(project: Project, image: ImageEntry, role: 'cells' | 'nuclei'): string {
  const { t, z } = image.plane;
  return [project.folder, image.id, pixelsKey(image), image.roles[role], t, z].join('|');
}
