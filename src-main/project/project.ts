import { LacssError } from '../contract/errors.ts';
import { projectManifestSchema } from '../contract/project-files.ts';
import type { ImageEntry, ProjectManifest } from '../contract/project-files.ts';
import { acquireLock } from './acquire-lock.ts';
import type { Lock } from './acquire-lock.ts';
import { AnnotationStore } from './annotation-store.ts';
import { requireHeld } from './held-folder.ts';
import { keepHourlyCopy, restoreCopy } from './manifest-copies.ts';
import { manifestName } from './manifest-name.ts';
import { migrateManifest } from './migrate-manifest.ts';
import { ModelStore } from './model-store.ts';
import { PredictionStore } from './prediction-store.ts';
import { jsonText, parseJson, readJson } from './read-json.ts';
import { resolveOwn } from './resolve-inside.ts';
import { SerialQueue } from './serial-queue.ts';
import { sideBySide } from './side-by-side.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/**
 * What keeps a project open: its lock (`null` if another process of the program has it), and the hold on its
 * folder.
 */
interface ProjectHold {
  lock: Lock | null;
  letGo: () => void;
}

/** How long a change waits for another process that writes the manifest, ms. */
const manifestWaitMs = 5000;

/**
 * An open project folder. Only `update` changes the manifest. Annotations, models and predictions have their
 * own stores (AnnotationStore, ModelStore, PredictionStore), all safe against a crash.
 */
export class Project {
  readonly folder: string;
  readonly readOnly: boolean;
  /** The files and folders outside the project from which it may read images. Null: from any. */
  sources: readonly string[] | null = null;
  #manifest: ProjectManifest;
  readonly #hold: ProjectHold;
  readonly #queue = new SerialQueue();
  readonly #notices = new Set<string>();
  readonly #annotations = new Map<string, AnnotationStore>();

  constructor(folder: string, manifest: ProjectManifest, hold: ProjectHold, readOnly: boolean) {
    this.folder = folder;
    this.readOnly = readOnly;
    this.#manifest = manifest;
    this.#hold = hold;
  }

  get manifest(): ProjectManifest {
    return this.#manifest;
  }

  /** A path inside the project folder. @throws LacssError `name-invalid` if a part leads out of it */
  path(...parts: string[]): string {
    return resolveOwn(this.folder, ...parts);
  }

  /**
   * Changes the manifest: reads it again from the disk, changes, checks and writes it atomically. The steps
   * of an earlier change are in the journals by now. They are flushed, and `change` gets a manifest without
   * them.
   * @throws LacssError `file-unwritable`, `disk-full`, `project-unreachable`; then the manifest is unchanged
   */
  update(change: (manifest: ProjectManifest) => ProjectManifest): Promise<ProjectManifest> {
    return this.#queue.run(async () => {
      this.refuseWhenReadOnly();
      await this.requireThere();
      const path = this.path(manifestName);
      const lock = await acquireLock(this.path('.manifest.lock'), 'writing project.json', manifestWaitMs);
      try {
        const current = migrateManifest(await readJson(path, 'project-damaged'), path);
        await this.#flushSteps(current);
        delete current.pendingSteps;
        await keepHourlyCopy(this.folder);
        const next = parseJson(change(current), projectManifestSchema, path, 'internal');
        await writeFileAtomically(path, jsonText(next));
        this.#manifest = next;
        return next;
      } finally {
        await lock.release();
      }
    });
  }

  /** Flushes the journals that only the manifest could write again after a power failure. */
  async #flushSteps({ pendingSteps, images }: ProjectManifest): Promise<void> {
    if (pendingSteps === undefined) return;
    const changed = new Set(pendingSteps.steps.map(({ image }) => image));
    await sideBySide(
      images.filter(({ id }) => changed.has(id)),
      // A journal that cannot be flushed could not be extended either, and its step was reported.
      (image) =>
        this.annotation(image)
          .flush()
          .catch(() => undefined),
    );
  }

  /**
   * Restores an earlier copy of `project.json`, and keeps the current file as a copy.
   * @throws LacssError as restoreCopy
   */
  restore(copy: string): Promise<ProjectManifest> {
    return this.#queue.run(async () => {
      this.refuseWhenReadOnly();
      await this.requireThere();
      const lock = await acquireLock(this.path('.manifest.lock'), 'writing project.json', manifestWaitMs);
      try {
        await restoreCopy(this.folder, copy);
      } finally {
        await lock.release();
      }
      return this.reload();
    });
  }

  /** Reads the manifest again after another process of the program has written it. */
  async reload(): Promise<ProjectManifest> {
    const path = this.path(manifestName);
    this.#manifest = migrateManifest(await readJson(path, 'project-damaged'), path);
    return this.#manifest;
  }

  /**
   * Finds an image by its id or its name.
   * @throws LacssError `file-not-found` with some existing images
   */
  image(idOrName: string): ImageEntry {
    const { images } = this.#manifest;
    const found = images.find(({ id }) => id === idOrName) ?? images.find(({ name }) => name === idOrName);
    if (found !== undefined) return found;
    const some = images.slice(0, 5).map(({ name }) => name);
    throw new LacssError('file-not-found', `The project has no image called ${idOrName}.`, {
      subject: idOrName,
      remedy:
        some.length > 0
          ? `It has ${images.length} images, for example ${some.join(', ')}.`
          : 'Add some first.',
      ...(some.length > 0 ? {} : { command: 'lacss add' }),
    });
  }

  /** The annotation of an image. Always the same store per image, so that edits queue up. */
  annotation({ id, name, height, width }: ImageEntry): AnnotationStore {
    const known = this.#annotations.get(id);
    if (known !== undefined) return known;
    const store = new AnnotationStore(
      this.path('annotations', id),
      { height, width },
      this.readOnly,
      (notice) => this.tell(`${name}: ${notice}`),
    );
    this.#annotations.set(id, store);
    return store;
  }

  /** The models of the project. */
  get models(): ModelStore {
    return new ModelStore(this.path('models'));
  }

  /** The prediction of a model for an image. */
  prediction(model: string, { id, height, width }: ImageEntry): PredictionStore {
    return new PredictionStore(this.path('predictions', model, id), height * width);
  }

  /** Adds a notice for people: what was damaged, where it is kept, and the result. */
  tell(notice: string): void {
    this.#notices.add(notice);
  }

  /** The notices since the project was opened in this process, each once. */
  get notices(): string[] {
    return [...this.#notices];
  }

  /** The images with these ids or names, or all. */
  images(wanted?: readonly string[]): ImageEntry[] {
    return wanted === undefined ? [...this.#manifest.images] : wanted.map((name) => this.image(name));
  }

  /** @throws LacssError `project-unreachable` if the folder was moved, replaced or removed */
  requireThere(): Promise<void> {
    return requireHeld(this.folder);
  }

  /** @throws LacssError `file-unwritable` */
  refuseWhenReadOnly(): void {
    if (!this.readOnly) return;
    throw new LacssError('file-unwritable', `The project in ${this.folder} is read-only.`, {
      subject: this.folder,
      remedy: 'Copy it to a folder that you can write to, and open it there.',
    });
  }

  /** Closes the project, so that other programs can open it. Everything is already saved. */
  async close(): Promise<void> {
    await this.#hold.lock?.release();
    this.#hold.letGo();
  }
}
