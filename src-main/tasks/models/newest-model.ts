import { itemAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import type { Project } from '../../project/project.ts';

/**
 * The id of the usable model that was trained last.
 * @throws LacssError `model-invalid` if there is no readable model
 */
export async function newestModel(project: Project): Promise<string> {
  const { models, damaged } = await project.models.survey();
  if (models.length > 0) return itemAt(models, 0).id;
  if (damaged.length > 0) throw itemAt(damaged, 0).error;
  throw new LacssError('model-invalid', 'The project has no model yet.', {
    subject: project.folder,
    remedy: 'Train one first.',
    command: 'lacss train',
  });
}
