import { readFile, rename, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { toFailure } from '../contract/failure.ts';
import type { Failure } from '../contract/failure.ts';
import { annotationRecordSchema } from '../contract/project.ts';
import type {
  AnnotationPart,
  AnnotationPartName,
  AnnotationRecord,
  AnnotationSource,
  AnnotationState,
  ImageSettings,
  JournalEntry,
} from '../contract/project.ts';
import { annotationFileNames, annotationFormats } from './annotation-files.ts';
import type { AnnotationValues, ImageSize } from './annotation-files.ts';
import { fileError, systemCode } from './file-error.ts';
import { hashBytes } from './hash-bytes.ts';
import { appendToJournal, extend, readJournal, replay } from './journal.ts';
import type { History, ImageChange } from './journal.ts';
import { jsonText, parseJson, readJson } from './read-json.ts';
import { removeFile } from './remove-file.ts';
import { SerialQueue } from './serial-queue.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** A new value for a part of an annotation; value `null`: looked at and left empty; `null` itself: taken away. */
export type PartChange<T> = { value: T | null; source: AnnotationSource } | null;

/** What an edit changes; parts that are not named stay as they are. */
export type AnnotationChange = { [Name in AnnotationPartName]?: PartChange<AnnotationValues[Name]> };

/** What an image's annotation is now, and what undo and redo would do. */
export interface AnnotationView {
  state: AnnotationState;
  /** The title of the edit that undo takes back, or redo does again; `null` where there is none. */
  undoTitle: string | null;
  redoTitle: string | null;
  /** The image's settings that undo and redo go back to, where they are of an edit of these: whoever moves puts them in force. */
  undoImage: ImageSettings | null;
  redoImage: ImageSettings | null;
  revision: number;
}

const partNames = ['foreground', 'locations', 'labels', 'review'] as const;

/**
 * The annotation of one image: a folder with `foreground.png`, `locations.csv`, `labels.tif`, `review.json` and
 * `record.json` for people and other programs, `history.jsonl` with every edit ever made, and `history/` with the content of each.
 *
 * The journal is what counts: content first, then the journal's line, then the files for people. A crash before the
 * line leaves the annotation as it was, a crash after it is repaired at the next reading. A file that a person has
 * changed with another program is taken over as an edit, which can be undone like any other.
 */
export class AnnotationStore {
  readonly #folder: string;
  readonly #size: ImageSize;
  readonly #readOnly: boolean;
  readonly #queue = new SerialQueue();
  readonly #turns = new SerialQueue();
  #history: History = replay([]);
  /** The ids of the edits in the journal. */
  #edits = new Set<string>();
  /** Where the last whole entry of the journal ends; −1 before it is read. */
  #wholeBytes = -1;
  /** The size of a journal whose end a crash has torn, once it was read; −1 where none has. */
  #tornBytes = -1;

  constructor(folder: string, size: ImageSize, readOnly: boolean) {
    this.#folder = folder;
    this.#size = size;
    this.#readOnly = readOnly;
  }

  /**
   * The annotation as it is now. A file that a person has laid where there was none is taken over; `unfit` tells why one
   * is not.
   */
  view(): Promise<AnnotationView & { unfit: Failure | null }> {
    return this.#queue.run(async () => {
      await this.#refresh();
      let unfit: Failure | null = null;
      for (const name of partNames) {
        await this.#takeOverNew(name).catch((error: unknown) => (unfit = toFailure(error)));
      }
      return { ...this.#view(), unfit };
    });
  }

  /** Runs changes that read before they write one after the other, so that none overwrites another. */
  inTurn<T>(change: () => Promise<T>): Promise<T> {
    return this.#turns.run(change);
  }

  /** Whether the journal holds the edit of this id. */
  holds(edit: string): Promise<boolean> {
    return this.#queue.run(async () => {
      await this.#refresh();
      return this.#edits.has(edit);
    });
  }

  /**
   * Changes the annotation; when this returns, the change is on the disk and can be undone for ever.
   * @param title what is done, for the Undo menu
   * @param image the image's settings before and after, where these were changed
   * @param id of the edit, where a window gave it one
   * @throws LacssError `image-size-mismatch`, `annotation-invalid`, `file-damaged`, `disk-full`, `file-unwritable`; nothing
   * changed then
   */
  edit(title: string, change: AnnotationChange, image?: ImageChange, id?: string): Promise<AnnotationView> {
    return this.#queue.run(async () => {
      await this.#refresh();
      // Else a file that nobody has seen yet would be written over, and could not be brought back.
      for (const name of partNames) if (change[name] !== undefined) await this.#takeOverNew(name);
      return this.#edit(title, change, image, id);
    });
  }

  /** Takes the last edit back; nothing happens where there is none. */
  undo(id?: string): Promise<AnnotationView> {
    return this.#move('undo', (history) => history.current > 0, id);
  }

  /** Does the last undone edit again; nothing happens where there is none. */
  redo(id?: string): Promise<AnnotationView> {
    return this.#move('redo', (history) => history.current < history.steps.length - 1, id);
  }

  /**
   * Reads one part; `null` where there is none.
   * @throws LacssError `annotation-invalid`, `image-size-mismatch`, `file-damaged` when a changed file does not fit
   */
  read<Name extends AnnotationPartName>(name: Name): Promise<AnnotationValues[Name] | null> {
    return this.#queue.run(async () => {
      await this.#refresh();
      return this.#read(name);
    });
  }

  /** Whether the file for people still is what was last written: else reading takes over what another program has made of it. */
  isAsWritten(name: AnnotationPartName): Promise<boolean> {
    return this.#queue.run(async () => {
      await this.#refresh();
      const bytes = await this.#readVisible(name);
      return bytes === null || hashBytes(bytes) === this.#state()[name]?.sha256;
    });
  }

  async #read<Name extends AnnotationPartName>(name: Name): Promise<AnnotationValues[Name] | null> {
    let bytes = await this.#readVisible(name);
    // Another process may have written meanwhile: its journal grows before its files change.
    while (await this.#refresh()) bytes = await this.#readVisible(name);
    const part = this.#state()[name];
    if (bytes !== null && (part?.sha256 ?? null) !== hashBytes(bytes)) return this.#adopt(name, bytes);
    if (part === null || part.sha256 === null) return null;
    const content = bytes ?? (await this.#readContent(name, part.sha256));
    return annotationFormats[name].decode(content, this.#size, this.#visiblePath(name));
  }

  async #takeOverNew(name: AnnotationPartName): Promise<void> {
    const isKnown = (this.#state()[name]?.sha256 ?? null) !== null;
    if (!isKnown && (await exists(this.#visiblePath(name)))) await this.#read(name);
  }

  #state(): AnnotationState {
    return this.#history.steps[this.#history.current].state;
  }

  #view(): AnnotationView {
    const { steps, current, revision } = this.#history;
    return {
      state: this.#state(),
      undoTitle: current > 0 ? steps[current].title : null,
      redoTitle: current + 1 < steps.length ? steps[current + 1].title : null,
      undoImage: current > 0 ? (steps[current].image?.before ?? null) : null,
      redoImage: current + 1 < steps.length ? (steps[current + 1].image?.after ?? null) : null,
      revision,
    };
  }

  /**
   * Reads the journal again when it has grown, and finishes what a crash has interrupted.
   * @returns whether there was anything new
   */
  async #refresh(): Promise<boolean> {
    const path = this.#journalPath();
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    if (size === this.#wholeBytes || size === this.#tornBytes) return false;
    const journal = await readJournal(path);
    if (journal.damaged && !this.#readOnly) {
      await rename(path, join(this.#folder, `history-damaged-${Date.now()}.jsonl`));
      this.#history = replay([]);
      this.#edits = new Set();
      this.#wholeBytes = 0;
      return true;
    }
    this.#history = replay(journal.entries);
    this.#edits = new Set(journal.entries.map(({ edit }) => edit).filter((id) => id !== undefined));
    this.#wholeBytes = journal.wholeBytes;
    if (!this.#readOnly) await this.#repair();
    // A torn last line is no news each time it is met.
    if (journal.wholeBytes !== size) this.#tornBytes = size;
    return true;
  }

  /** A record behind the journal: the process died between the journal's line and the files. */
  async #repair(): Promise<void> {
    if (this.#history.revision === 0) return;
    const record = await this.#readRecord();
    if (record !== null && record.revision >= this.#history.revision) return;
    await this.#showFiles(record?.state ?? null);
  }

  async #edit(
    title: string,
    change: AnnotationChange,
    image?: ImageChange,
    id?: string,
  ): Promise<AnnotationView> {
    this.#refuseWhenReadOnly();
    const state = { ...this.#state() };
    if (change.foreground !== undefined) state.foreground = await this.#keep('foreground', change.foreground);
    if (change.locations !== undefined) state.locations = await this.#keep('locations', change.locations);
    if (change.labels !== undefined) state.labels = await this.#keep('labels', change.labels);
    if (change.review !== undefined) state.review = await this.#keep('review', change.review);
    const revision = this.#history.revision + 1;
    const edit = { kind: 'edit', revision, at: now(), title, state } as const;
    return this.#commit({ ...edit, ...(image === undefined ? {} : { image }), ...named(id) });
  }

  #move(
    kind: 'undo' | 'redo',
    isPossible: (history: History) => boolean,
    id?: string,
  ): Promise<AnnotationView> {
    return this.#queue.run(async () => {
      await this.#refresh();
      this.#refuseWhenReadOnly();
      if (!isPossible(this.#history)) return this.#view();
      return this.#commit({ kind, revision: this.#history.revision + 1, at: now(), ...named(id) });
    });
  }

  async #commit(entry: JournalEntry): Promise<AnnotationView> {
    const before = this.#state();
    this.#wholeBytes = await appendToJournal(this.#journalPath(), this.#wholeBytes, entry);
    this.#tornBytes = -1;
    this.#history = extend(this.#history, entry);
    if (entry.edit !== undefined) this.#edits.add(entry.edit);
    try {
      await this.#showFiles(before);
    } catch (error) {
      if (!(error instanceof LacssError)) throw error;
      // It has happened all the same: the files for people are made good at the next look.
      this.#wholeBytes = -1;
    }
    return this.#view();
  }

  /** Stores a part's content under its hash; the journal refers to it from then on. */
  async #keep<Name extends AnnotationPartName>(
    name: Name,
    change: PartChange<AnnotationValues[Name]>,
  ): Promise<AnnotationPart | null> {
    if (change === null) return null;
    if (change.value === null) return { sha256: null, source: change.source, count: 0 };
    const format = annotationFormats[name];
    const bytes = format.encode(change.value, this.#size);
    const sha256 = hashBytes(bytes);
    const path = this.#contentPath(name, sha256);
    if (!(await exists(path))) await writeFileAtomically(path, bytes);
    return { sha256, source: change.source, count: format.count(change.value) };
  }

  /** Puts the files for people in place, the record last. */
  async #showFiles(before: AnnotationState | null): Promise<void> {
    const state = this.#state();
    for (const name of partNames) {
      const sha256 = state[name]?.sha256 ?? null;
      if (before !== null && (before[name]?.sha256 ?? null) === sha256) continue;
      const path = this.#visiblePath(name);
      if (sha256 === null) await removeFile(path);
      else await writeFileAtomically(path, await this.#readContent(name, sha256));
    }
    const record: AnnotationRecord = { revision: this.#history.revision, state };
    await writeFileAtomically(this.#recordPath(), jsonText(record));
  }

  /** Takes over a file that another program has changed. */
  async #adopt<Name extends AnnotationPartName>(
    name: Name,
    bytes: Uint8Array,
  ): Promise<AnnotationValues[Name]> {
    const path = this.#visiblePath(name);
    const value = await annotationFormats[name].decode(bytes, this.#size, path);
    if (!this.#readOnly) {
      const source: AnnotationSource = {
        method: 'file',
        by: 'person',
        parameters: { file: annotationFileNames[name] },
      };
      await this.#edit(`Take over ${annotationFileNames[name]}`, { [name]: { value, source } });
    }
    return value;
  }

  async #readVisible(name: AnnotationPartName): Promise<Uint8Array | null> {
    const path = this.#visiblePath(name);
    try {
      return await readFile(path);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null;
      throw fileError(error, path, 'read');
    }
  }

  async #readContent(name: AnnotationPartName, sha256: string): Promise<Uint8Array> {
    const path = this.#contentPath(name, sha256);
    try {
      return await readFile(path);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw fileError(error, path, 'read');
      throw new LacssError('annotation-invalid', `The content of an earlier edit is gone: ${path}.`, {
        subject: path,
        remedy: 'Annotate this part of the image again.',
        cause: error,
      });
    }
  }

  async #readRecord(): Promise<AnnotationRecord | null> {
    const path = this.#recordPath();
    if (!(await exists(path))) return null;
    try {
      return parseJson(
        await readJson(path, 'annotation-invalid'),
        annotationRecordSchema,
        path,
        'annotation-invalid',
      );
    } catch {
      // Only shows what the journal says; written again from it.
      return null;
    }
  }

  #refuseWhenReadOnly(): void {
    if (!this.#readOnly) return;
    throw new LacssError('file-unwritable', `The annotations in ${this.#folder} may only be read.`, {
      subject: this.#folder,
      remedy: 'Open the project for writing, or copy it to a folder you may write to.',
    });
  }

  #visiblePath(name: AnnotationPartName): string {
    return join(this.#folder, annotationFileNames[name]);
  }

  #contentPath(name: AnnotationPartName, sha256: string): string {
    return join(this.#folder, 'history', sha256.slice(0, 24) + extname(annotationFileNames[name]));
  }

  #journalPath(): string {
    return join(this.#folder, 'history.jsonl');
  }

  #recordPath(): string {
    return join(this.#folder, 'record.json');
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function named(id: string | undefined): { edit?: string } {
  return id === undefined ? {} : { edit: id };
}

function now(): string {
  return new Date().toISOString();
}
