import { LacssError } from '../contract/errors.ts';
import { projectManifestSchema } from '../contract/project.ts';
import type { ImageEntry, ProjectManifest } from '../contract/project.ts';
import { acquireLock } from './acquire-lock.ts';
import type { Lock } from './acquire-lock.ts';
import { AnnotationStore } from './annotation-store.ts';
import { requireHeld } from './held-folder.ts';
import { keepHourlyCopy, restoreCopy } from './manifest-copies.ts';
import { manifestName } from './manifest-name.ts';
import { migrateManifest } from './migrate-manifest.ts';
import { PredictionStore } from './prediction-store.ts';
import { jsonText, parseJson, readJson } from './read-json.ts';
import { resolveOwn } from './resolve-inside.ts';
import { SerialQueue } from './serial-queue.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** What keeps a project open: its lock (`null` where this program holds it elsewhere), and the watch over its folder. */
interface ProjectHold {
  lock: Lock | null;
  letGo: () => void;
}

/** How long a change waits for another process of the same program that is writing the manifest. */
const manifestWaitMs = 5000;

/**
 * A project folder that is open. The manifest is changed through `update` only; annotations, models and predictions
 * have their own stores beside it (AnnotationStore, ModelStore, PredictionStore), all of them safe against a crash.
 */
export class Project {
  readonly folder: string;
  readonly readOnly: boolean;
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

  /** The path of something inside the project folder. @throws LacssError `name-invalid` where a part leaves it */
  path(...parts: string[]): string {
    return resolveOwn(this.folder, ...parts);
  }

  /**
   * Changes the manifest: what is on the disk is read again, changed, checked and put in place whole.
   * @throws LacssError `file-unwritable`, `disk-full`, `project-unreachable`; the manifest is then as it was
   */
  update(change: (manifest: ProjectManifest) => ProjectManifest): Promise<ProjectManifest> {
    return this.#queue.run(async () => {
      this.refuseWhenReadOnly();
      await this.requireThere();
      const path = this.path(manifestName);
      const lock = await acquireLock(this.path('.manifest.lock'), 'writing project.json', manifestWaitMs);
      try {
        const current = migrateManifest(await readJson(path, 'project-damaged'), path);
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

  /**
   * Puts an earlier copy of `project.json` in force; the current one is kept as a copy too.
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

  /** Takes up what another process of the same program has written. */
  async reload(): Promise<ProjectManifest> {
    const path = this.path(manifestName);
    this.#manifest = migrateManifest(await readJson(path, 'project-damaged'), path);
    return this.#manifest;
  }

  /**
   * Finds an image by its id or its name.
   * @throws LacssError `file-not-found` naming what there is
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
          ? `It has ${images.length}, among them ${some.join(', ')}.`
          : 'Add images first: lacss add.',
    });
  }

  /** The annotation of an image; always the same store for the same image, so that edits queue up. */
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

  /** What a model found in an image. */
  prediction(model: string, { id, height, width }: ImageEntry): PredictionStore {
    return new PredictionStore(this.path('predictions', model, id), height * width);
  }

  /** Notes something that a person must hear: what was damaged, where it is kept, what became of it. */
  tell(notice: string): void {
    this.#notices.add(notice);
  }

  /** What was noted since the project was opened in this process, each once. */
  get notices(): string[] {
    return [...this.#notices];
  }

  /** The images of these ids or names, or all of them. */
  images(wanted?: readonly string[]): ImageEntry[] {
    return wanted === undefined ? [...this.#manifest.images] : wanted.map((name) => this.image(name));
  }

  /** @throws LacssError `project-unreachable` where the folder is gone, moved or replaced */
  requireThere(): Promise<void> {
    return requireHeld(this.folder);
  }

  /** @throws LacssError `file-unwritable` */
  refuseWhenReadOnly(): void {
    if (!this.readOnly) return;
    throw new LacssError('file-unwritable', `The project in ${this.folder} may only be read.`, {
      subject: this.folder,
      remedy: 'Copy it to a folder you may write to, and open it there.',
    });
  }

  /** Lets other programs open the project. Nothing is left to be saved. */
  async close(): Promise<void> {
    await this.#hold.lock?.release();
    this.#hold.letGo();
  }
}
