import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { LacssError } from '../contract/errors.ts';
import { weightManifestSchema } from '../contract/model-card.ts';
import type { ModelCard, WeightManifest } from '../contract/model-card.ts';
import { windowsNameFault } from '../contract/name-fault.ts';
import { shippedModel } from '../contract/shipped-model.ts';
import { trainingRunSchema } from '../contract/training-run.ts';
import type { TrainingRun } from '../contract/training-run.ts';
import { fileError, systemCode } from './file-error.ts';
import { provePath } from './held-folder.ts';
import { packModel, unpackModel } from './model-file.ts';
import type { StoredModel } from './model-file.ts';
import { parseModelCard } from './parse-model-card.ts';
import { readBytes } from './read-bytes.ts';
import { jsonText, parseJson, readJson } from './read-json.ts';
import { readRecord, readRecordWithBytes, writeRecordWithBytes } from './record-with-bytes.ts';
import { removeFile } from './remove-file.ts';
import { resolveOwn } from './resolve-inside.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

const cardName = 'card';
const runName = 'training.json';
const checkpointNames = { last: 'last.checkpoint', best: 'best.checkpoint' } as const;
export type CheckpointKind = keyof typeof checkpointNames;

/** The parts of `card.json`, each of which is checked by itself: of a newer one the name can still be told. */
const recordSchema = z.object({ card: z.unknown(), weightsManifest: z.unknown() });

/** A model in the list. */
export interface ModelEntry {
  id: string;
  card: ModelCard;
  /** Size of the weights in bytes. */
  bytes: number;
  /** Whether its training can be gone on with. */
  resumable: boolean;
}

/** A model that can't be used since its card can't be read; its files are left as they are. */
export interface DamagedModel {
  id: string;
  /** The name on its card as far as that can be told, else its folder's. */
  name: string;
  /** What is wrong, and what to do. */
  error: LacssError;
}

/**
 * The models of a project, one folder each: `card.json` says what it is and names the file of its weights;
 * `training.json` and the checkpoints are what an interrupted training goes on from.
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

  /** The models that can be used, newest first. Folders without a card are trainings that are not finished. */
  async list(): Promise<ModelEntry[]> {
    return (await this.survey()).models;
  }

  /**
   * The models that can be used, newest first, and those that can't: a card cannot be read, weights are missing, or the
   * settings of an interrupted training are damaged. One of them keeps no other from use.
   */
  async survey(): Promise<{ models: ModelEntry[]; damaged: DamagedModel[] }> {
    const models: ModelEntry[] = [];
    const damaged: DamagedModel[] = [];
    for (const id of await this.#folders()) {
      const isModel = await exists(join(this.path(id), `${cardName}.json`));
      if (!isModel && !(await exists(join(this.path(id), runName)))) continue;
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
      resumable: await this.hasCheckpoint(id, 'last'),
    };
  }

  /** Trainings that were interrupted before they made a model, by id. */
  async unfinished(): Promise<string[]> {
    const ids: string[] = [];
    for (const id of await this.#folders()) {
      const isModel = await exists(join(this.path(id), `${cardName}.json`));
      if (isModel || !(await exists(join(this.path(id), runName)))) continue;
      // A damaged one is in the list of models, by name, and keeps no other training from starting.
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

  /** @throws LacssError `disk-full`, `file-unwritable`; an earlier card and its weights are then still whole */
  async save(id: string, { card, manifest, bytes }: StoredModel): Promise<void> {
    await writeRecordWithBytes(this.path(id), cardName, { card, weightsManifest: manifest }, bytes);
  }

  /**
   * @param idOrName the model's folder, or the name on its card
   * @throws LacssError `model-invalid`
   */
  async load(idOrName: string): Promise<StoredModel & { id: string }> {
    const id = await this.find(idOrName);
    return { id, ...(await loadFolder(this.path(id))) };
  }

  /** @throws LacssError `model-invalid` naming what there is, or telling why the one that is meant can't be read */
  async find(idOrName: string): Promise<string> {
    const { models, damaged } = await this.survey();
    // A model's folder is its own, before a name that another may have too.
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
      remedy:
        models.length > 0
          ? `It has ${models.map(({ id }) => id).join(', ')}.`
          : 'Train one first: lacss train.',
    });
  }

  /**
   * An id for a new model that no other has, nor the one that comes with the program: `small-1`, or after the name that a
   * person gave it.
   */
  async newId(preset: string, name?: string): Promise<string> {
    const taken = new Set([shippedModel.id, ...(await this.#folders())]);
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

  /** Changes the name on a model's card; its folder keeps its own. */
  async rename(id: string, name: string): Promise<void> {
    const { card, manifest, bytes } = await loadFolder(this.path(id));
    await this.save(id, { card: { ...card, name }, manifest, bytes });
  }

  /** Removes a model for good: first out of sight, then piece by piece. */
  async remove(id: string): Promise<void> {
    const aside = join(this.#folder, `.removed-${id}-${Date.now()}`);
    try {
      await provePath(aside);
      await rename(this.path(id), aside);
    } catch (error) {
      throw fileError(error, this.path(id), 'write');
    }
    // It is removed: what cannot be deleted now is never listed again.
    await rm(aside, { recursive: true, force: true }).catch(() => undefined);
  }

  /** Writes down what a training was asked to do, before it begins. */
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
        `The interrupted training ${id} cannot go on: ${path} is damaged.`,
        {
          subject: path,
          remedy:
            'Put the file back from a backup. Or start a new training, and delete this one in the list of models.',
          cause: error,
        },
      );
    }
  }

  /**
   * The training to go on with.
   * @param idOrNewest a model's id, or `newest` for the one that was begun last
   * @throws LacssError `model-invalid` where there is none
   */
  async findResumable(idOrNewest: string): Promise<string> {
    const unfinished = await this.unfinished();
    const isDamaged = !unfinished.includes(idOrNewest) && (await this.#folders()).includes(idOrNewest);
    if (isDamaged && (await exists(join(this.path(idOrNewest), runName)))) await this.readRun(idOrNewest);
    if (idOrNewest !== 'newest' && unfinished.includes(idOrNewest)) return idOrNewest;
    if (idOrNewest === 'newest' && unfinished.length > 0) {
      const begun = await Promise.all(
        unfinished.map(async (id) => ({ id, at: (await this.readRun(id)).startedAt })),
      );
      return begun.sort((a, b) => b.at.localeCompare(a.at))[0].id;
    }
    const what =
      idOrNewest === 'newest' ? 'No training was interrupted.' : `${idOrNewest} is no interrupted training.`;
    throw new LacssError('model-invalid', what, {
      subject: idOrNewest,
      remedy: unfinished.length > 0 ? `These were: ${unfinished.join(', ')}.` : 'Start one with lacss train.',
    });
  }

  /** Keeps a checkpoint, replacing the former of its kind. */
  async saveCheckpoint(id: string, kind: CheckpointKind, bytes: Uint8Array): Promise<void> {
    await writeFileAtomically(join(this.path(id), checkpointNames[kind]), bytes);
  }

  /** Whether there is a checkpoint of a kind. */
  async hasCheckpoint(id: string, kind: CheckpointKind): Promise<boolean> {
    return exists(join(this.path(id), checkpointNames[kind]));
  }

  /** The checkpoint of a kind; `null` where none was kept yet. */
  async readCheckpoint(id: string, kind: CheckpointKind): Promise<Uint8Array | null> {
    if (!(await this.hasCheckpoint(id, kind))) return null;
    return readBytes(join(this.path(id), checkpointNames[kind]));
  }

  /** Removes what a finished training no longer needs, as far as that is possible: its model is saved by then. */
  async removeCheckpoints(id: string): Promise<void> {
    for (const name of Object.values(checkpointNames)) {
      await removeFile(join(this.path(id), name)).catch(() => undefined);
    }
  }

  /** Writes a model as one file, to be shared. */
  async exportFile(idOrName: string, path: string): Promise<void> {
    await writeFileAtomically(path, packModel(await this.load(idOrName)));
  }

  /**
   * Takes in a model from such a file.
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
 * Reads a model from a folder of a project or from a file that was exported.
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

/** @throws LacssError `model-invalid` where the weights are missing or cut short */
async function requireWeights(path: string, length: number): Promise<void> {
  const size = await stat(path).then(
    (entry) => (entry.isFile() ? entry.size : null),
    () => null,
  );
  if (size === length) return;
  const what = size === null ? 'is missing' : `has ${size} bytes instead of ${length}`;
  throw new LacssError('model-invalid', `The weights of this model cannot be used: ${path} ${what}.`, {
    subject: path,
    remedy: 'Put the file back from a backup, or delete the model and train it again.',
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

/** The name on a card that can't be read as a whole. */
async function nameOnCard(folder: string, otherwise: string): Promise<string> {
  return readRecord(folder, cardName, namedSchema).then(
    ({ content }) => content.card.name,
    () => otherwise,
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
