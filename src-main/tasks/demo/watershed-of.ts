import { LacssError } from '../../contract/errors.ts';
import { unpackMask } from '../../contract/packed-mask.ts';
import type { LabelImage } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import { watershedBaseline } from '../../metrics/watershed-baseline.ts';
import { loadRole } from '../../project/load-image.ts';
import type { Project } from '../../project/project.ts';

/**
 * The cells that the annotation of an image gives without learning.
 * @throws LacssError `annotation-missing` if the image lacks foreground or locations
 */
export async function watershedOf(project: Project, image: ImageEntry): Promise<LabelImage> {
  const annotation = project.annotation(image);
  const foreground = await annotation.read('foreground');
  const locations = await annotation.read('locations');
  if (foreground === null || locations === null) {
    throw new LacssError('annotation-missing', `${image.name} lacks its foreground or its locations.`, {
      subject: image.name,
      remedy: 'Run lacss foreground and lacss locate first.',
    });
  }
  return watershedBaseline(await loadRole(project, image, 'cells'), locations, unpackMask(foreground));
}
