import { LacssError } from '../../contract/errors.ts';
import { ModelStore } from '../../project/model-store.ts';
import type { Project } from '../../project/project.ts';

/**
 * The id of the model that was trained last.
 * @throws LacssError `model-invalid` where there is none
 */
export async function newestModel(project: Project): Promise<string> {
  const [newest] = await new ModelStore(project.path('models')).list();
  if (newest !== undefined) return newest.id;
  throw new LacssError('model-invalid', 'The project has no model yet.', {
    subject: project.folder,
    remedy: 'Train one first: lacss train.',
  });
}
