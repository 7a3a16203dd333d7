import type { ImageEntry } from '../../contract/project-files.ts';
import type { HistoryStep } from '../../contract/requests/history-requests.ts';
import type { Project } from '../../project/project.ts';
import { requireFreeName } from './require-free-name.ts';
import { summariseImage } from './summarise-image.ts';

const parts = ['foreground', 'locations', 'review'] as const;

/**
 * Takes the last edit of an image back, or does the one taken back last again. Settings of the image are put
 * in force first: a crash in between leaves a step that can be done again.
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
    // The step was refused: the settings go back to what they were, as far as the disk allows.
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

/** The answer to a step that was made before and is asked for again. All parts are to be read again. */
export async function repeatedStep(project: Project, imageId: string): Promise<HistoryStep> {
  return {
    done: null,
    touched: [...parts],
    image: await summariseImage(project, project.image(imageId)),
  };
}
