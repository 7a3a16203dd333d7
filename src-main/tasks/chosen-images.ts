import { LacssError } from '../contract/errors.ts';
import type { ImageEntry } from '../contract/project-files.ts';
import type { Project } from '../project/project.ts';

/**
 * The images that a job works on.
 * @param images ids or names. @default all images of the project
 * @throws LacssError `no-images` if the project has none
 */
export function chosenImages(project: Project, images: readonly string[] | undefined): ImageEntry[] {
  const chosen = project.images(images);
  if (chosen.length > 0) return chosen;
  throw new LacssError('no-images', 'The project has no images yet.', {
    subject: project.folder,
    remedy: 'Add some first.',
    command: 'lacss add',
  });
}
