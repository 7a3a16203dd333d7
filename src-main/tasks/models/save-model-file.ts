import { stat } from 'node:fs/promises';
import type { Project } from '../../project/project.ts';
import { resolveInside } from '../../project/resolve-inside.ts';

/**
 * Writes a model as one file. If the path is a folder, the file gets the model's name there and replaces no
 * other file.
 * @throws LacssError `model-invalid`, `disk-full`, `file-unwritable`
 */
export async function saveModelFile(
  project: Project,
  model: string,
  path: string,
): Promise<{ path: string; bytes: number }> {
  const models = project.models;
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const { card } = await models.load(model);
  const file = isFolder ? await freePath(path, card.name) : path;
  await models.exportFile(model, file);
  return { path: file, bytes: (await stat(file)).size };
}

async function freePath(folder: string, name: string): Promise<string> {
  const plain = name.replace(/[^\p{L}\p{N} ._-]+/gu, '-').replace(/^\.+/, '') || 'model';
  const stem = plain.slice(0, 80).trim();
  for (let number = 1; ; number++) {
    const path = resolveInside(folder, `${stem}${number === 1 ? '' : `-${number}`}.lacss`);
    const isTaken = await stat(path).then(
      () => true,
      () => false,
    );
    if (!isTaken) return path;
  }
}
