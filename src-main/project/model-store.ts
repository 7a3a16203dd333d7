import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { itemAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import { weightManifestSchema } from '../contract/model-card.ts';
import type { ModelCard, WeightManifest } from '../contract/model-card.ts';
import { windowsNameFault } from '../contract/name-fault.ts';
import { baseModel, shippedModel } from '../contract/shipped-model.ts';
import { trainingRunSchema } from '../contract/training-run.ts';
import type { TrainingRun } from '../contract/training-run.ts';
import { fileError, systemCode } from '../contract/file-error.ts';
import { provePath } from './held-folder.ts';
import { includedModelPath } from './included-model-path.ts';
import { packModel, unpackModel } from './model-file.ts';
import type { StoredModel } from './model-file.ts';
import { parseModelCard } from './parse-model-card.ts';
import { readBytes } from './read-bytes.ts';
import { jsonText, parseJson, readJson } from './read-json.ts';
import { readRecord, readRecordWithBytes, writeRecordWithBytes } from './record-with-bytes.ts';
import { removeFile } from './remove-file.ts';
import { resolveOwn } from './resolve-inside.ts';
import { writeFileAtomically } from './write-file-atomically.ts';
import { pathExists } from './path-exists.ts';

const cardName = 'card';
const runName = 'training.json';
const checkpointName = 'last.checkpoint';
/** Earlier versions kept a second checkpoint, which nothing read. */
const earlierCheckpointName = 'best.checkpoint';

/** Parts of `card.json`, checked separately, so that a newer card still shows its name. */
const recordSchema = z.object({ card: z.unknown(), weightsManifest: z.unknown() });

/** A model in the list. */
export interface ModelEntry {
  id: string;
  card: ModelCard;
  /** Size of the weights in bytes. */
  bytes: number;
  /** Whether its training can be resumed. */
  resumable: boolean;
}

/** An unusable model. Its files stay unchanged. */
export interface DamagedModel {
  id: string;
  /** The name on its model card if readable, otherwise the name of its folder. */
  name: string;
  /** The error, with what to do. */
  error: LacssError;
}

/**
 * The models of a project, one folder per model: `card.json` is the model card and names the weights file.
 * `training.json` and the checkpoints allow an interrupted training to resume.
 */
export class ModelStore {
  readonly #folder: string;

  /** @param folder `models/` of a project */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws LacssError `name-invalid` for an id that leaves the folder */
  path(id: string): string {
    return resolveOwn(this.#folder, id);
  }

  /** The usable models, newest first. Folders without a model card are unfinished trainings. */
  async list(): Promise<ModelEntry[]> {
    return (await this.survey()).models;
  }

  /**
   * The usable models, newest first, and the damaged ones: model card unreadable, weights missing, or
   * settings of an interrupted training damaged. A damaged model does not affect the others.
   */
  async survey(): Promise<{ models: ModelEntry[]; damaged: DamagedModel[] }> {
    const models: ModelEntry[] = [];
    const damaged: DamagedModel[] = [];
    for (const id of await this.#folders()) {
      const isModel = await pathExists(join(this.path(id), `${cardName}.json`));
      if (!isModel && !(await pathExists(join(this.path(id), runName)))) continue;
      try {
        if (isModel) models.push(await this.#entry(id));
        else await this.readRun(id);
      } catch (error) {
        if (!(error instanceof LacssError)) throw error;
        damaged.push({ id, name: await nameOnCard(this.path(id), id), error });
      }
    }
    return { models: models.sort((a, b) => b.card.createdAt.localeCompare(a.card.createdAt)), damaged };
  }

  async #entry(id: string): Promise<ModelEntry> {
    const { content, file, length } = await readRecord(this.path(id), cardName, recordSchema);
    await requireWeights(join(this.path(id), file), length);
    return {
      id,
      card: parseRecord(content, this.path(id)).card,
      bytes: length,
      resumable: await this.hasCheckpoint(id),
    };
  }

  /** Interrupted trainings without a model, by id. */
  async unfinished(): Promise<string[]> {
    const ids: string[] = [];
    for (const id of await this.#folders()) {
      const isModel = await pathExists(join(this.path(id), `${cardName}.json`));
      if (isModel || !(await pathExists(join(this.path(id), runName)))) continue;
      // A damaged training appears in the list of models and does not block others.
      const isReadable = await this.readRun(id).then(
        () => true,
        (error: unknown) => {
          if (error instanceof LacssError) return false;
          throw error;
        },
      );
      if (isReadable) ids.push(id);
    }
    return ids;
  }

  /**
   * @throws LacssError `disk-full`, `file-unwritable`; then the earlier model card and weights are unchanged
   */
  async save(id: string, { card, manifest, bytes }: StoredModel): Promise<void> {
    await writeRecordWithBytes(this.path(id), cardName, { card, weightsManifest: manifest }, bytes);
  }

  /**
   * @param idOrName the model's folder, or the name on its model card; or the id of an included model
   * @throws LacssError `model-invalid`
   */
  async load(idOrName: string): Promise<StoredModel & { id: string }> {
    const included = includedModelPath(idOrName);
    if (included !== null && !(await this.#folders()).includes(idOrName)) {
      return { id: idOrName, ...(await loadModelFrom(included)) };
    }
    const id = await this.find(idOrName);
    return { id, ...(await loadFolder(this.path(id))) };
  }

  /**
   * @throws LacssError `model-invalid` with the existing models, or with the reason why this one is
   * unreadable
   */
  async find(idOrName: string): Promise<string> {
    const { models, damaged } = await this.survey();
    // The folder is unique and takes precedence over the name, which is not.
    const byId = [...models, ...damaged].find(({ id }) => id === idOrName);
    const found =
      byId ??
      models.find(({ card }) => card.name === idOrName) ??
      damaged.find(({ name }) => name === idOrName);
    if (found !== undefined) {
      if ('error' in found) throw found.error;
      return found.id;
    }
    throw new LacssError('model-invalid', `The project has no model called ${idOrName}.`, {
      subject: idOrName,
      remedy: models.length > 0 ? `It has ${models.map(({ id }) => id).join(', ')}.` : 'Train one first.',
      ...(models.length > 0 ? {} : { command: 'lacss train' }),
    });
  }

  /**
   * A new, unique id of a model, different from that of the included model: `small-1`, or based on the given
   * name.
   */
  async newId(preset: string, name?: string): Promise<string> {
    const taken = new Set<string>([shippedModel.id, baseModel.id, ...(await this.#folders())]);
    const slug = (name ?? '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 60);
    if (slug !== '' && !taken.has(slug) && windowsNameFault(slug) === null) return slug;
    for (let number = slug === '' ? 1 : 2; ; number += 1) {
      const id = `${slug === '' ? preset : slug}-${number}`;
      if (!taken.has(id)) return id;
    }
  }

  /** Changes the name on the model card; the folder stays. */
  async rename(id: string, name: string): Promise<void> {
    const { card, manifest, bytes } = await loadFolder(this.path(id));
    await this.save(id, { card: { ...card, name }, manifest, bytes });
  }

  /** Deletes a model: first renames its folder, then deletes its files. */
  async remove(id: string): Promise<void> {
    const aside = join(this.#folder, `.removed-${id}-${Date.now()}`);
    try {
      await provePath(aside);
      await rename(this.path(id), aside);
    } catch (error) {
      throw fileError(error, this.path(id), 'write');
    }
    // The model is removed; remaining files are never listed again.
    await rm(aside, { recursive: true, force: true }).catch(() => undefined);
  }

  /** Saves the inputs of a training before it starts. */
  async writeRun(id: string, run: TrainingRun): Promise<void> {
    await writeFileAtomically(join(this.path(id), runName), jsonText(run));
  }

  /** @throws LacssError `model-invalid`, `file-not-found` */
  async readRun(id: string): Promise<TrainingRun> {
    const path = join(this.path(id), runName);
    try {
      return parseJson(await readJson(path, 'model-invalid'), trainingRunSchema, path, 'model-invalid');
    } catch (error) {
      if (!(error instanceof LacssError) || error.code === 'file-not-found') throw error;
      throw new LacssError(
        'model-invalid',
        `The interrupted training ${id} cannot continue: ${path} is damaged.`,
        {
          subject: path,
          remedy:
            'Restore the file from a backup. Or start a new training and delete this one in the list of models.',
          cause: error,
        },
      );
    }
  }

  /**
   * The training to resume.
   * @param idOrNewest a model's id, or `newest` for the training started last
   * @throws LacssError `model-invalid` if there is none
   */
  async findResumable(idOrNewest: string): Promise<string> {
    const unfinished = await this.unfinished();
    const isDamaged = !unfinished.includes(idOrNewest) && (await this.#folders()).includes(idOrNewest);
    if (isDamaged && (await pathExists(join(this.path(idOrNewest), runName)))) await this.readRun(idOrNewest);
    if (idOrNewest !== 'newest' && unfinished.includes(idOrNewest)) return idOrNewest;
    if (idOrNewest === 'newest' && unfinished.length > 0) {
      const begun = await Promise.all(
        unfinished.map(async (id) => ({ id, at: (await this.readRun(id)).startedAt })),
      );
      return itemAt(
        begun.sort((a, b) => b.at.localeCompare(a.at)),
        0,
      ).id;
    }
    const what =
      idOrNewest === 'newest'
        ? 'There is no interrupted training.'
        : `${idOrNewest} is not an interrupted training.`;
    throw new LacssError('model-invalid', what, {
      subject: idOrNewest,
      remedy: unfinished.length > 0 ? `Interrupted trainings: ${unfinished.join(', ')}.` : 'Train one first.',
      ...(unfinished.length > 0 ? {} : { command: 'lacss train' }),
    });
  }

  /** Saves the checkpoint, replacing the previous one. It has the weights of the best epoch too. */
  async saveCheckpoint(id: string, bytes: Uint8Array): Promise<void> {
    await writeFileAtomically(join(this.path(id), checkpointName), bytes);
  }

  /** Whether there is a checkpoint. */
  async hasCheckpoint(id: string): Promise<boolean> {
    return pathExists(join(this.path(id), checkpointName));
  }

  /** The checkpoint; `null` if there is none. */
  async readCheckpoint(id: string): Promise<Uint8Array | null> {
    if (!(await this.hasCheckpoint(id))) return null;
    return readBytes(join(this.path(id), checkpointName));
  }

  /** Removes files that a finished training no longer needs. Its model is already saved. */
  async removeCheckpoints(id: string): Promise<void> {
    for (const name of [checkpointName, earlierCheckpointName]) {
      await removeFile(join(this.path(id), name)).catch(() => undefined);
    }
  }

  /** Writes a model as one file, to share it. */
  async exportFile(idOrName: string, path: string): Promise<void> {
    await writeFileAtomically(path, packModel(await this.load(idOrName)));
  }

  /**
   * Imports a model from such a file.
   * @returns its id
   * @throws LacssError `model-invalid`, `file-not-found`
   */
  async importFile(path: string): Promise<string> {
    const model = await loadModelFrom(path);
    const id = await this.newId(model.card.preset, model.card.name);
    await this.save(id, model);
    return id;
  }

  async #folders(): Promise<string[]> {
    try {
      const entries = await readdir(this.#folder, { withFileTypes: true });
      return entries
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
        .map(({ name }) => name);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw fileError(error, this.#folder, 'read');
    }
  }
}

/**
 * Reads a model from a folder of a project or from an exported file.
 * @throws LacssError `model-invalid`, `file-not-found`, `file-unreadable`
 */
export async function loadModelFrom(path: string): Promise<StoredModel> {
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    (error: unknown) => {
      throw fileError(error, path, 'read');
    },
  );
  return isFolder ? loadFolder(resolve(path)) : unpackModel(await readBytes(path), basename(path));
}

/** @throws LacssError `model-invalid` if the weights are missing or incomplete */
async function requireWeights(path: string, length: number): Promise<void> {
  const size = await stat(path).then(
    (entry) => (entry.isFile() ? entry.size : null),
    () => null,
  );
  if (size === length) return;
  const what = size === null ? 'is missing' : `has ${size} bytes instead of ${length}`;
  throw new LacssError('model-invalid', `The weights of this model cannot be used: ${path} ${what}.`, {
    subject: path,
    remedy: 'Restore the file from a backup, or delete the model and train it again.',
  });
}

async function loadFolder(folder: string): Promise<StoredModel> {
  const { content, bytes } = await readRecordWithBytes(folder, cardName, recordSchema);
  return { ...parseRecord(content, folder), bytes };
}

/** @throws LacssError `model-invalid` */
function parseRecord(
  { card, weightsManifest }: z.infer<typeof recordSchema>,
  folder: string,
): { card: ModelCard; manifest: WeightManifest } {
  const path = join(folder, `${cardName}.json`);
  return {
    card: parseModelCard(card, path),
    manifest: parseJson(weightsManifest, weightManifestSchema, path, 'model-invalid'),
  };
}

const namedSchema = z.object({ card: z.object({ name: z.string().min(1) }) });

/** The name on a model card that is otherwise unreadable. */
async function nameOnCard(folder: string, otherwise: string): Promise<string> {
  return readRecord(folder, cardName, namedSchema).then(
    ({ content }) => content.card.name,
    () => otherwise,
  );
}
