import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { LacssError } from '../contract/errors.ts';
import { modelCardSchema, weightManifestSchema } from '../contract/model-card.ts';
import type { ModelCard } from '../contract/model-card.ts';
import { fileError, systemCode } from './file-error.ts';
import { packModel, unpackModel } from './model-file.ts';
import type { StoredModel } from './model-file.ts';
import { readBytes } from './read-bytes.ts';
import { readRecord, readRecordWithBytes, writeRecordWithBytes } from './record-with-bytes.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

const cardName = 'card';
const checkpointName = 'checkpoint';

const modelSchema = z.object({ card: modelCardSchema, weightsManifest: weightManifestSchema });

/** A model in the list. */
export interface ModelEntry {
  id: string;
  card: ModelCard;
  /** Size of the weights in bytes. */
  bytes: number;
  /** Whether its training can be gone on with. */
  resumable: boolean;
}

/**
 * The models of a project, one folder each: `card.json` says what it is and names the file of its weights;
 * `checkpoint.json` with its own file is what an interrupted training goes on from.
 */
export class ModelStore {
  readonly #folder: string;

  /** @param folder `models/` of a project */
  constructor(folder: string) {
    this.#folder = folder;
  }

  path(id: string): string {
    return join(this.#folder, id);
  }

  /** The models that can be used, newest first. Folders without a whole card are trainings that are not finished. */
  async list(): Promise<ModelEntry[]> {
    const entries: ModelEntry[] = [];
    for (const id of await this.#folders()) {
      if (!(await exists(join(this.path(id), `${cardName}.json`)))) continue;
      const { content, length } = await readRecord(this.path(id), cardName, modelSchema);
      entries.push({ id, card: content.card, bytes: length, resumable: await this.isResumable(id) });
    }
    return entries.sort((a, b) => b.card.createdAt.localeCompare(a.card.createdAt));
  }

  /** Trainings that were interrupted before they made a model, by id. */
  async unfinished(): Promise<string[]> {
    const ids: string[] = [];
    for (const id of await this.#folders()) {
      const isModel = await exists(join(this.path(id), `${cardName}.json`));
      if (!isModel && (await this.isResumable(id))) ids.push(id);
    }
    return ids;
  }

  isResumable(id: string): Promise<boolean> {
    return exists(join(this.path(id), `${checkpointName}.json`));
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

  /** @throws LacssError `model-invalid` naming what there is */
  async find(idOrName: string): Promise<string> {
    const entries = await this.list();
    const found = entries.find(({ id }) => id === idOrName) ?? entries.find(({ card }) => card.name === idOrName);
    if (found !== undefined) return found.id;
    throw new LacssError('model-invalid', `The project has no model called ${idOrName}.`, {
      subject: idOrName,
      remedy:
        entries.length > 0
          ? `It has ${entries.map(({ id }) => id).join(', ')}.`
          : 'Train one first: lacss train.',
    });
  }

  /** An id for a new model that no other has: `small-1`, or after the name that a person gave it. */
  async newId(preset: string, name?: string): Promise<string> {
    const taken = new Set(await this.#folders());
    const slug = (name ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60);
    if (slug !== '' && !taken.has(slug)) return slug;
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
      await rename(this.path(id), aside);
      await rm(aside, { recursive: true, force: true });
    } catch (error) {
      throw fileError(error, this.path(id), 'write');
    }
  }

  /** @param content what the training needs besides the bytes, as JSON */
  async saveCheckpoint(id: string, content: unknown, bytes: Uint8Array): Promise<void> {
    await writeRecordWithBytes(this.path(id), checkpointName, content, bytes);
  }

  /** @throws LacssError `file-not-found` where there is none, `model-invalid` where it is damaged */
  async loadCheckpoint<T>(id: string, schema: z.ZodType<T>): Promise<{ content: T; bytes: Uint8Array }> {
    return readRecordWithBytes(this.path(id), checkpointName, schema);
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
      return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
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

async function loadFolder(folder: string): Promise<StoredModel> {
  const { content, bytes } = await readRecordWithBytes(folder, cardName, modelSchema);
  return { card: content.card, manifest: content.weightsManifest, bytes };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
