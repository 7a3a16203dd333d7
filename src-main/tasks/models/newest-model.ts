import { itemAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import { ModelStore } from '../../project/model-store.ts';
import type { Project } from '../../project/project.ts';

/**
 * The id of the model that was trained last, of those that can be used.
 * @throws LacssError `model-invalid` where there is none, or none that can be read
 */
export async function newestModel(project: Project): Promise<string> {
  const { models, damaged } = await new ModelStore(project.path('models')).survey();
  if (models.length > 0) return itemAt(models, 0).id;
  if (damaged.length > 0) throw itemAt(damaged, 0).error;
  throw new LacssError('model-invalid', 'The project has no model yet.', {
    subject: project.folder,
    remedy: 'Train one first: lacss train.',
  });
}
