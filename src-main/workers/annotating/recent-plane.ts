import type { FloatPlane } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project.ts';
import { loadRole } from '../../project/load-image.ts';
import type { Project } from '../../project/project.ts';
import { ByteCache } from '../byte-cache.ts';
import { pixelsKey } from '../imaging/pixels-key.ts';

const planes = new ByteCache<FloatPlane>(128 * 2 ** 20);

/** The channel of an image that shows cells or nuclei; kept for a while, since sliders ask for it again and again. */
export async function recentPlane(
  project: Project,
  image: ImageEntry,
  role: 'cells' | 'nuclei',
): Promise<FloatPlane> {
  const { t, z } = image.plane;
  const key = [project.folder, image.id, pixelsKey(image), image.roles[role], t, z].join('|');
  const known = planes.get(key);
  if (known !== undefined) return known;
  const plane = await loadRole(project, image, role);
  planes.set(key, plane, plane.data.byteLength);
  return plane;
}
