import type { ModelDetails, ModelList } from '../../contract/requests/model-requests.ts';
import type { Project } from '../../project/project.ts';
import { listModels, readModel } from './list-models.ts';

/** Changes the name on a model's card. @throws LacssError `model-invalid`, `disk-full`, `file-unwritable` */
export async function renameModel(project: Project, model: string, name: string): Promise<ModelList> {
  await project.models.rename(model, name);
  return listModels(project);
}

/** Deletes a model. Its predictions stay. @throws LacssError `file-unwritable` */
export async function deleteModel(project: Project, model: string): Promise<ModelList> {
  await project.models.remove(model);
  return listModels(project);
}

/** Imports a model file. @throws LacssError `model-invalid`, `disk-full`, `file-unwritable` */
export async function importModel(project: Project, path: string): Promise<ModelDetails> {
  return readModel(project, await project.models.importFile(path));
}
