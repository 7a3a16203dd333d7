import type { ImageEntry } from '../../contract/project-files.ts';
import type { HistoryStep } from '../../contract/requests/history-requests.ts';
import type { Project } from '../../project/project.ts';
import { requireFreeName } from '../images/require-free-name.ts';
import { summariseImage } from '../images/summarise-image.ts';

const parts = ['foreground', 'locations', 'review'] as const;

/**
 * Undoes the last edit of an image, or redoes the edit undone last. Settings of the image are changed first.
 * After a crash in between, the step can be repeated.
 */
export async function stepHistory(
  project: Project,
  imageId: string,
  way: 'undo' | 'redo',
  editId: string,
): Promise<HistoryStep> {
  const image = project.image(imageId);
  const annotation = project.annotation(image);
  const before = await annotation.view();
  const settings = way === 'undo' ? before.undoImage : before.redoImage;
  if (settings !== null) await putInForce(project, { ...image, ...settings });
  const after = await annotation[way](editId).catch(async (error: unknown) => {
    // The step was refused. The earlier settings are restored, if the disk allows it.
    if (settings !== null) await putInForce(project, image).catch(() => undefined);
    throw error;
  });
  return {
    done: way === 'undo' ? before.undoTitle : before.redoTitle,
    touched: parts.filter((part) => before.state[part] !== after.state[part]),
    image: await summariseImage(project, project.image(imageId)),
  };
}

async function putInForce(project: Project, image: ImageEntry): Promise<void> {
  await project.update((manifest) => {
    const now = manifest.images.find(({ id }) => id === image.id);
    if (now !== undefined && now.name !== image.name) requireFreeName(manifest.images, image.id, image.name);
    return {
      ...manifest,
      images: manifest.images.map((entry) => (entry.id === image.id ? image : entry)),
    };
  });
}

/** The answer to a repeated request for a step that was made. All parts must be read again. */
export async function repeatedStep(project: Project, imageId: string): Promise<HistoryStep> {
  return {
    done: null,
    touched: [...parts],
    image: await summariseImage(project, project.image(imageId)),
  };
}
