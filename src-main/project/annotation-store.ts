import { parse } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { LacssError } from '../contract/errors.ts';
import { toFailure } from '../contract/failure.ts';
import type { Failure } from '../contract/failure.ts';
import type {
  AnnotationPartName,
  AnnotationRecord,
  AnnotationSource,
  JournalEntry,
} from '../contract/project-files.ts';
import type { AnnotationChange } from './annotation-change.ts';
import { AnnotationContents } from './annotation-contents.ts';
import { annotationFileNames, annotationFormats } from './annotation-files.ts';
import type { AnnotationValues, ImageSize } from './annotation-files.ts';
import { AnnotationJournal } from './annotation-journal.ts';
import type { AnnotationView, ReviewStep } from './annotation-journal.ts';
import { hashBytes } from './hash-bytes.ts';
import type { ImageChange } from './journal.ts';
import { keepAside } from './keep-aside.ts';
import { keepChange } from './keep-change.ts';
import type { KeptReview } from './review-file.ts';
import { SerialQueue } from './serial-queue.ts';
import { partNames, VisibleFiles } from './visible-files.ts';

/**
 * The annotation of one image is a folder. For people and other programs it has `foreground.png`,
 * `locations.csv`, `labels.tif`, `review.json` and `record.json`. `history.jsonl` lists every edit,
 * `history/` has the contents.
 *
 * An edit writes its content first, then its line in the journal, then the files for people. A crash before
 * the line leaves the old annotation. After it, the next read repairs the files. A file changed by another
 * program is imported as an edit, which can be undone.
 */
export class AnnotationStore {
  readonly #folder: string;
  readonly #size: ImageSize;
  readonly #readOnly: boolean;
  readonly #queue = new SerialQueue();
  readonly #turns = new SerialQueue();
  readonly #contents: AnnotationContents;
  readonly #journal: AnnotationJournal;
  readonly #visible: VisibleFiles;
  readonly #tell: (notice: string) => void;

  /** @param tell called once per repaired damage, with a text for people */
  constructor(
    folder: string,
    size: ImageSize,
    readOnly: boolean,
    tell: (notice: string) => void = () => undefined,
  ) {
    this.#tell = tell;
    this.#folder = folder;
    this.#size = size;
    this.#contents = new AnnotationContents(folder, size);
    this.#journal = new AnnotationJournal(folder, readOnly, tell);
    this.#visible = new VisibleFiles(folder, this.#contents, this.#journal, readOnly, tell);
    this.#readOnly = readOnly;
  }

  /**
   * The current annotation. A new file of another program is imported; `unfit` gives the reason if it cannot
   * be.
   */
  view(): Promise<AnnotationView & { unfit: Failure | null }> {
    return this.#queue.run(async () => {
      await this.#refresh();
      let unfit: Failure | null = null;
      for (const name of partNames) {
        await this.#takeOverNew(name).catch((error: unknown) => (unfit = toFailure(error)));
      }
      return { ...this.#journal.view(), unfit };
    });
  }

  /** Runs changes one after the other, so that none overwrites another. */
  inTurn<T>(change: () => Promise<T>): Promise<T> {
    return this.#turns.run(change);
  }

  /** Whether the journal has the edit with this id. */
  holds(edit: string): Promise<boolean> {
    return this.#queue.run(async () => {
      await this.#refresh();
      return this.#journal.hasEdit(edit);
    });
  }

  /**
   * Changes the annotation. When this returns, the change is on the disk and can be undone at any time.
   * @param title the edit, for the Undo menu
   * @param id of the edit, if a window gave it one
   * @throws LacssError `image-size-mismatch`, `annotation-invalid`, `file-damaged`, `disk-full`,
   * `file-unwritable`; then nothing has changed
   */
  edit(title: string, change: AnnotationChange, id?: string): Promise<AnnotationView> {
    return this.#queue.run(async () => {
      await this.#refresh();
      // Otherwise a file not imported yet would be overwritten and lost.
      for (const name of partNames) {
        if (change[name] === undefined) continue;
        await this.#takeOverNew(name);
        await this.#takeOverChanged(name);
      }
      return this.#edit(title, change, id);
    });
  }

  /**
   * Keeps the id of an edit that changed nothing, so that a repeated request does not make it again. It is no
   * step of undo. @throws LacssError `disk-full`, `file-unwritable`
   */
  noteUnchanged(title: string, id: string): Promise<AnnotationView> {
    return this.#queue.run(async () => {
      await this.#refresh();
      this.#refuseWhenReadOnly();
      const revision = this.#journal.revision + 1;
      const state = this.#journal.state;
      return this.#commit({ kind: 'edit', revision, at: now(), title, state, isUnchanged: true, edit: id });
    });
  }

  /**
   * Adds the step of undo of a change of image settings, which the manifest already has. The manifest keeps
   * the step until `flush`, so that a change of many images waits for the disk once. Does nothing if the
   * journal has the edit.
   * @throws LacssError `disk-full`, `file-unwritable`
   */
  addSettingsStep(title: string, image: ImageChange, id: string): Promise<void> {
    return this.#queue.run(async () => {
      await this.#refresh();
      if (this.#journal.hasEdit(id)) return;
      this.#refuseWhenReadOnly();
      const revision = this.#journal.revision + 1;
      const state = this.#journal.state;
      await this.#commit({ kind: 'edit', revision, at: now(), title, state, image, edit: id }, false);
    });
  }

  /** Flushes the steps of `addSettingsStep` to the disk. @throws LacssError `file-unwritable` */
  flush(): Promise<void> {
    return this.#queue.run(() => this.#journal.flush());
  }

  /** Undoes the last edit, if there is one. */
  undo(id?: string): Promise<AnnotationView> {
    return this.#move('undo', id);
  }

  /** Redoes the last undone edit, if there is one. */
  redo(id?: string): Promise<AnnotationView> {
    return this.#move('redo', id);
  }

  /**
   * Reads one part; `null` if there is none.
   * @throws LacssError `annotation-invalid`, `image-size-mismatch`, `file-damaged` if a changed file does not
   * fit
   */
  read<Name extends AnnotationPartName>(name: Name): Promise<AnnotationValues[Name] | null> {
    return this.#queue.run(async () => {
      await this.#refresh();
      return this.#read(name);
    });
  }

  /** Reads one part together with the state that it belongs to. @throws LacssError as {@link read} does */
  readWithView<Name extends AnnotationPartName>(
    name: Name,
  ): Promise<AnnotationView & { value: AnnotationValues[Name] | null }> {
    return this.#queue.run(async () => {
      await this.#refresh();
      const value = await this.#read(name);
      return { ...this.#journal.view(), value };
    });
  }

  /**
   * One part as it was after an earlier edit, with the hash of its content (empty without one).
   * @returns null if the history does not go back to this revision
   * @throws LacssError as {@link read} does
   */
  readAt<Name extends AnnotationPartName>(
    name: Name,
    revision: number,
  ): Promise<{ value: AnnotationValues[Name] | null; key: string } | null> {
    return this.#queue.run(async () => {
      await this.#refresh();
      const state = this.#journal.stateAt(revision);
      if (state === null) return null;
      const sha256 = state[name]?.sha256 ?? null;
      if (sha256 === null) return { value: null, key: '' };
      return {
        value: await this.#contents.decode(name, await this.#contents.read(name, sha256), sha256),
        key: sha256,
      };
    });
  }

  /**
   * The hash of a part after this edit; null without content. Undefined if the journal does not have the
   * edit.
   */
  sha256After(name: AnnotationPartName, edit: string): Promise<string | null | undefined> {
    return this.#queue.run(async () => {
      await this.#refresh();
      const state = this.#journal.stateAfter(edit);
      return state === undefined ? undefined : (state[name]?.sha256 ?? null);
    });
  }

  /**
   * The reviews of the history: all of them, those that undo and redo reach, and the next one that redo
   * restores.
   */
  reviews(): Promise<{ all: ReviewStep[]; reachable: ReviewStep[]; ahead: ReviewStep | null }> {
    return this.#queue.run(async () => {
      await this.#refresh();
      return this.#journal.reviews();
    });
  }

  /** Reads a review of the history by its hash. @throws LacssError as {@link read} does */
  readReview(sha256: string): Promise<KeptReview> {
    return this.#queue.run(async () =>
      this.#contents.decode('review', await this.#contents.read('review', sha256), sha256),
    );
  }

  /**
   * Whether the file for people is as this program wrote it. Otherwise another program changed it, and the
   * next read imports it.
   */
  isAsWritten(name: AnnotationPartName): Promise<boolean> {
    return this.#queue.run(async () => {
      await this.#refresh();
      const bytes = await this.#visible.read(name);
      if (bytes === null || hashBytes(bytes) === this.#journal.state[name]?.sha256) return true;
      return this.#visible.isOutdated(bytes);
    });
  }

  async #read<Name extends AnnotationPartName>(name: Name): Promise<AnnotationValues[Name] | null> {
    let bytes = await this.#visible.read(name);
    // Another process may have written: the journal grows before the files change.
    while (await this.#refresh()) bytes = await this.#visible.read(name);
    const part = this.#journal.state[name];
    if (bytes !== null && (part?.sha256 ?? null) !== hashBytes(bytes)) {
      if (!this.#visible.isOutdated(bytes)) return this.#adopt(name, bytes);
      // The files show an earlier state, because they could not be updated.
      bytes = null;
    }
    if (part === null || part.sha256 === null) return null;
    const content = bytes ?? (await this.#contents.read(name, part.sha256));
    return this.#contents.decode(name, content, part.sha256);
  }

  async #takeOverNew(name: AnnotationPartName): Promise<void> {
    const isKnown = (this.#journal.state[name]?.sha256 ?? null) !== null;
    if (!isKnown && (await this.#visible.has(name))) await this.#read(name);
  }

  /**
   * Imports the file of a part that another program has changed, before it is overwritten. One that cannot be
   * imported is kept aside.
   */
  async #takeOverChanged(name: AnnotationPartName): Promise<void> {
    if (this.#readOnly) return;
    const bytes = await this.#visible.read(name);
    if (bytes === null || this.#visible.isOurs(bytes)) return;
    try {
      await this.#adopt(name, bytes);
    } catch (error) {
      const isUnfit = error instanceof LacssError && !['disk-full', 'file-unwritable'].includes(error.code);
      if (!isUnfit) throw error;
      const { name: stem, ext } = parse(annotationFileNames[name]);
      const aside = await keepAside(this.#folder, [`${stem}-replaced`, ext], bytes, false);
      if (!aside.isKept) throw error;
      this.#tell(
        `Another program had changed its ${annotationFileNames[name]}, which did not fit. ` +
          `It has been replaced, and is now ${aside.path}.`,
      );
    }
  }

  /**
   * Reads the journal again if it has grown, and finishes work that a crash interrupted.
   * @returns whether there was a new entry
   */
  async #refresh(): Promise<boolean> {
    const isNew = await this.#journal.refresh();
    if (isNew || this.#visible.isBehind) await this.#repair();
    return isNew;
  }

  /**
   * Updates the files for people after a crash or a full disk. If that fails, the journal and `history/` are
   * read instead of these files.
   */
  async #repair(): Promise<void> {
    const record = await this.#visible.readRecord();
    if (record !== null && this.#journal.revision === 0 && !this.#readOnly) return this.#rebuild(record);
    await this.#visible.catchUp(record);
  }

  /** Starts a new journal from the record if the old one is missing. */
  async #rebuild({ revision, state }: AnnotationRecord): Promise<void> {
    const kept = { ...state };
    for (const name of partNames) {
      const sha256 = kept[name]?.sha256 ?? null;
      // An existing file for people is imported when it is read.
      if (sha256 !== null && !(await this.#contents.has(name, sha256))) kept[name] = null;
    }
    if (partNames.every((name) => kept[name] === null)) return;
    this.#tell(
      'Its history.jsonl was missing or unreadable. The annotation is kept. Earlier steps can no longer be undone.',
    );
    const title = 'Rebuild from record.json';
    await this.#commit({ kind: 'edit', revision: revision + 1, at: now(), title, state: kept });
  }

  async #edit(title: string, change: AnnotationChange, id?: string): Promise<AnnotationView> {
    this.#refuseWhenReadOnly();
    const state = await keepChange(change, this.#contents, this.#journal);
    const revision = this.#journal.revision + 1;
    return this.#commit({ kind: 'edit', revision, at: now(), title, state, ...named(id) });
  }

  #move(kind: 'undo' | 'redo', id?: string): Promise<AnnotationView> {
    return this.#queue.run(async () => {
      await this.#refresh();
      this.#refuseWhenReadOnly();
      const target = kind === 'undo' ? this.#journal.before : this.#journal.after;
      for (const name of partNames) {
        if (target !== undefined && target[name]?.sha256 !== this.#journal.state[name]?.sha256)
          await this.#takeOverChanged(name);
      }
      // A step with nothing to undo is kept with its id, so that its repetition undoes nothing later.
      if (target === undefined && id === undefined) return this.#journal.view();
      return this.#commit({ kind, revision: this.#journal.revision + 1, at: now(), ...named(id) });
    });
  }

  async #commit(entry: JournalEntry, isFlushed = true): Promise<AnnotationView> {
    const before = this.#journal.state;
    await this.#journal.append(entry, isFlushed);
    // The change is saved from here on. Files that cannot be written now are written at the next read.
    const mayBeEqual = entry.kind === 'edit' && (entry.image !== undefined || entry.isUnchanged === true);
    const isEqual = mayBeEqual && isDeepStrictEqual(before, this.#journal.state);
    if (!isEqual || this.#visible.isBehind) await this.#visible.follow(before);
    return this.#journal.view();
  }

  /** Imports a file that another program has changed. */
  async #adopt<Name extends AnnotationPartName>(
    name: Name,
    bytes: Uint8Array,
  ): Promise<AnnotationValues[Name]> {
    const path = this.#visible.path(name);
    const value = await annotationFormats[name].decode(bytes, this.#size, path);
    if (!this.#readOnly) {
      const source: AnnotationSource = {
        method: 'file',
        by: 'person',
        parameters: { file: annotationFileNames[name] },
      };
      await this.#edit(`Import ${annotationFileNames[name]}`, { [name]: { value, source } });
    }
    return value;
  }

  #refuseWhenReadOnly(): void {
    if (!this.#readOnly) return;
    throw new LacssError('file-unwritable', `The annotations in ${this.#folder} are read-only.`, {
      subject: this.#folder,
      remedy: 'Open the project for writing, or copy it to a folder that you can write to.',
    });
  }
}

function named(id: string | undefined): { edit?: string } {
  return id === undefined ? {} : { edit: id };
}

function now(): string {
  return new Date().toISOString();
}
