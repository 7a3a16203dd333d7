import { LacssError } from '../../contract/errors.ts';
import type { LabelImage } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project.ts';
import { gaussianFilter } from '../../imaging/filters/gaussian-filter.ts';
import { relabel } from '../../imaging/label/relabel.ts';
import { seededWatershed } from '../../imaging/watershed/seeded-watershed.ts';
import { loadRole } from '../../project/load-image.ts';
import type { Project } from '../../project/project.ts';

/** Takes the noise off the landscape and leaves the borders between cells standing. */
const sigmaPx = 1.5;

/**
 * What the same annotations give without learning: the image is flooded from the locations inside the foreground, along
 * the brightness of the cells, whose stained borders are the ridges between the basins.
 * @throws LacssError `annotation-missing` where the image lacks foreground or locations
 */
export async function watershedBaseline(project: Project, image: ImageEntry): Promise<LabelImage> {
  const annotation = project.annotation(image);
  const mask = await annotation.read('foreground');
  const locations = await annotation.read('locations');
  if (mask === null || locations === null) {
    throw new LacssError('annotation-missing', `${image.name} lacks its foreground or its locations.`, {
      subject: image.name,
      remedy: 'Run lacss foreground and lacss locate first.',
    });
  }
  const landscape = gaussianFilter(await loadRole(project, image, 'cells'), sigmaPx);
  return relabel(seededWatershed(landscape, locations, mask)).labels;
}
