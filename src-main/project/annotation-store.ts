import { stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { itemAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import { toFailure } from '../contract/failure.ts';
import type { Failure } from '../contract/failure.ts';
import { annotationRecordSchema } from '../contract/project-files.ts';
import type {
  AnnotationPart,
  AnnotationPartName,
  AnnotationRecord,
  AnnotationSource,
  AnnotationState,
  ImageSettings,
  JournalEntry,
} from '../contract/project-files.ts';
import { AnnotationContents } from './annotation-contents.ts';
import { annotationFileNames, annotationFormats } from './annotation-files.ts';
import type { AnnotationValues, ImageSize } from './annotation-files.ts';
import { hashBytes } from './hash-bytes.ts';
import {
  appendToJournal,
  emptyHistory,
  emptyState,
  extend,
  flushJournal,
  journalText,
  readJournal,
  replay,
} from './journal.ts';
import type { History, ImageChange, JournalContent } from './journal.ts';
import { readBytes, readBytesOrNone } from './read-bytes.ts';
import { keepAside } from './keep-aside.ts';
import type { KeptAside } from './keep-aside.ts';
import { jsonText, parseJson, readJson } from './read-json.ts';
import { removeFile } from './remove-file.ts';
import type { KeptReview } from './review-file.ts';
import { SerialQueue } from './serial-queue.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** A new part of an annotation. Value `null`: left empty on purpose. `null` itself: removed. */
export type PartChange<T> = { value: T | null; source: AnnotationSource } | null;

/** The parts an edit changes. The others stay. */
export type AnnotationChange = { [Name in AnnotationPartName]?: PartChange<AnnotationValues[Name]> };

/** The current annotation of an image, and the next steps of undo and redo. */
export interface AnnotationView {
  state: AnnotationState;
  /** The title of the next edit to undo or redo; `null` if there is none. */
  undoTitle: string | null;
  redoTitle: string | null;
  /** The image settings that undo and redo restore, if the edit changed them. The caller applies them. */
  undoImage: ImageSettings | null;
  redoImage: ImageSettings | null;
  revision: number;
}

/** A review in the history of an image. */
export interface ReviewStep {
  sha256: string;
  parameters: AnnotationSource['parameters'];
}

const partNames = ['foreground', 'locations', 'labels', 'review'] as const;

/**
 * The annotation of one image: a folder with `foreground.png`, `locations.csv`, `labels.tif`, `review.json`
 * and `record.json` for people and other programs. `history.jsonl` lists every edit, `history/` has the
 * contents.
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
  #history: History = emptyHistory();
  /** The ids of the edits in the journal. */
  #edits = new Set<string>();
  #entries: JournalEntry[] = [];
  /** The SHA-256 of every content in the journal. */
  #hashes = new Set<string>();
  readonly #contents: AnnotationContents;
  /** End of the last complete journal entry; `null` if the file must be rewritten first. */
  #wholeBytes: number | null = 0;
  /** The size of the journal when it was last read; −1 before. */
  #seenBytes = -1;
  /** Whether the files for people are older than the journal. */
  #isBehind = false;

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
      return { ...this.#view(), unfit };
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
      return this.#edits.has(edit);
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
   * Keeps the id of an edit that left the annotation as it is: asked for again, it is not made again. It is
   * no step of undo. @throws LacssError `disk-full`, `file-unwritable`
   */
  noteUnchanged(title: string, id: string): Promise<AnnotationView> {
    return this.#queue.run(async () => {
      await this.#refresh();
      this.#refuseWhenReadOnly();
      const revision = this.#history.revision + 1;
      const state = this.#state();
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
      if (this.#edits.has(id)) return;
      this.#refuseWhenReadOnly();
      const revision = this.#history.revision + 1;
      const state = this.#state();
      await this.#commit({ kind: 'edit', revision, at: now(), title, state, image, edit: id }, false);
    });
  }

  /** Flushes the steps of `addSettingsStep` to the disk. @throws LacssError `file-unwritable` */
  flush(): Promise<void> {
    return this.#queue.run(() => flushJournal(this.#journalPath()));
  }

  /** Undoes the last edit, if there is one. */
  undo(id?: string): Promise<AnnotationView> {
    return this.#move('undo', (history) => history.current > 0, id);
  }

  /** Redoes the last undone edit, if there is one. */
  redo(id?: string): Promise<AnnotationView> {
    return this.#move('redo', (history) => history.current < history.steps.length - 1, id);
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
      return { ...this.#view(), value };
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
      if (revision > this.#history.revision) return null;
      const { steps, current } = replay(this.#entries.filter((entry) => entry.revision <= revision));
      const sha256 = itemAt(steps, current).state[name]?.sha256 ?? null;
      if (sha256 === null) return { value: null, key: '' };
      return {
        value: await this.#contents.decode(name, await this.#contents.read(name, sha256), sha256),
        key: sha256,
      };
    });
  }

  /**
   * The hash of a part as this edit left it (null: without content); undefined if the journal does not have
   * the edit.
   */
  sha256After(name: AnnotationPartName, edit: string): Promise<string | null | undefined> {
    return this.#queue.run(async () => {
      await this.#refresh();
      const entry = this.#entries.findLast((one) => one.edit === edit);
      return entry?.kind === 'edit' ? (entry.state[name]?.sha256 ?? null) : undefined;
    });
  }

  /**
   * The reviews of the history: all of them, those that undo and redo reach, and the next one that redo
   * restores.
   */
  reviews(): Promise<{ all: ReviewStep[]; reachable: ReviewStep[]; ahead: ReviewStep | null }> {
    return this.#queue.run(async () => {
      await this.#refresh();
      const { steps, current } = this.#history;
      const partsOf = (states: readonly AnnotationState[]): ReviewStep[] => {
        const found = new Map<string, ReviewStep>();
        for (const { review } of states) {
          if (review === null || review.sha256 === null) continue;
          found.set(review.sha256, { sha256: review.sha256, parameters: review.source.parameters });
        }
        return [...found.values()];
      };
      return {
        all: partsOf(this.#entries.flatMap((entry) => (entry.kind === 'edit' ? [entry.state] : []))),
        reachable: partsOf(steps.map(({ state }) => state)),
        ahead: partsOf(steps.slice(current + 1).map(({ state }) => state))[0] ?? null,
      };
    });
  }

  /** Reads a review of the history by its hash. @throws LacssError as {@link read} does */
  readReview(sha256: string): Promise<KeptReview> {
    return this.#queue.run(async () =>
      this.#contents.decode('review', await this.#contents.read('review', sha256), sha256),
    );
  }

  /**
   * Whether the file for people still is what was last written: else reading takes over what another program
   * has made of it.
   */
  isAsWritten(name: AnnotationPartName): Promise<boolean> {
    return this.#queue.run(async () => {
      await this.#refresh();
      const bytes = await this.#readVisible(name);
      if (bytes === null || hashBytes(bytes) === this.#state()[name]?.sha256) return true;
      return this.#isBehind && this.#isOurs(bytes);
    });
  }

  async #read<Name extends AnnotationPartName>(name: Name): Promise<AnnotationValues[Name] | null> {
    let bytes = await this.#readVisible(name);
    // Another process may have written: the journal grows before the files change.
    while (await this.#refresh()) bytes = await this.#readVisible(name);
    const part = this.#state()[name];
    if (bytes !== null && (part?.sha256 ?? null) !== hashBytes(bytes)) {
      if (!this.#isBehind || !this.#isOurs(bytes)) return this.#adopt(name, bytes);
      // The files show an earlier state, because they could not be updated.
      bytes = null;
    }
    if (part === null || part.sha256 === null) return null;
    const content = bytes ?? (await this.#contents.read(name, part.sha256));
    return this.#contents.decode(name, content, part.sha256);
  }

  async #takeOverNew(name: AnnotationPartName): Promise<void> {
    const isKnown = (this.#state()[name]?.sha256 ?? null) !== null;
    if (!isKnown && (await exists(this.#visiblePath(name)))) await this.#read(name);
  }

  /**
   * Imports the file of a part that another program has changed, before it is overwritten. One that cannot be
   * imported is kept aside.
   */
  async #takeOverChanged(name: AnnotationPartName): Promise<void> {
    if (this.#readOnly) return;
    const bytes = await this.#readVisible(name);
    if (bytes === null || this.#isOurs(bytes)) return;
    try {
      await this.#adopt(name, bytes);
    } catch (error) {
      const isUnfit = error instanceof LacssError && !['disk-full', 'file-unwritable'].includes(error.code);
      if (!isUnfit) throw error;
      const { name: stem, ext } = parse(annotationFileNames[name]);
      const aside = await this.#keepAside(`${stem}-replaced`, ext, bytes);
      if (!aside.isKept) throw error;
      this.#tell(
        `Another program had changed its ${annotationFileNames[name]}, which did not fit. ` +
          `It has been replaced, and is now ${aside.path}.`,
      );
    }
  }

  #state(): AnnotationState {
    return itemAt(this.#history.steps, this.#history.current).state;
  }

  #view(): AnnotationView {
    const { steps, current, revision } = this.#history;
    return {
      state: this.#state(),
      undoTitle: current > 0 ? itemAt(steps, current).title : null,
      redoTitle: current + 1 < steps.length ? itemAt(steps, current + 1).title : null,
      undoImage: current > 0 ? (itemAt(steps, current).image?.before ?? null) : null,
      redoImage: current + 1 < steps.length ? (itemAt(steps, current + 1).image?.after ?? null) : null,
      revision,
    };
  }

  /**
   * Reads the journal again if it has grown, and finishes work that a crash interrupted.
   * @returns whether there was a new entry
   */
  async #refresh(): Promise<boolean> {
    const path = this.#journalPath();
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    if (size === this.#seenBytes) {
      if (this.#isBehind) await this.#repair();
      return false;
    }
    let journal = await readJournal(path);
    // Another process may be writing this line.
    if (journal.incompleteLine.length > 0) journal = await readJournal(path);
    this.#history = journal.history;
    this.#edits = new Set();
    this.#entries = [];
    this.#hashes = new Set();
    for (const entry of journal.entries) this.#remember(entry);
    this.#seenBytes = journal.fileBytes;
    this.#wholeBytes = journal.wholeBytes;
    await this.#tellDropped(journal);
    await this.#repair();
    return true;
  }

  /** Reports the unusable part of the journal once, and keeps it beside the journal. */
  async #tellDropped({ droppedLines, incompleteLine }: JournalContent): Promise<void> {
    if (droppedLines > 0) {
      const damaged = await readBytes(this.#journalPath());
      const aside = await this.#keepAside('history-damaged', '.jsonl', damaged);
      const steps = droppedLines === 1 ? '1 step' : `${droppedLines} steps`;
      if (aside.isNew)
        this.#tell(
          `A part of its history was damaged. ${steps} can no longer be undone. The rest is kept. ` +
            `The damaged file is ${aside.path}.`,
        );
      if (aside.isKept) await this.#mendJournal().catch(leaveForLater);
    } else if (incompleteLine.length > 0) {
      const aside = await this.#keepAside('history-incomplete', '.jsonl', incompleteLine);
      if (aside.isNew)
        this.#tell(
          `Its last change was not saved completely and is lost. The rest of it is in ${aside.path}.`,
        );
    }
  }

  /** Rewrites a damaged journal with its usable entries. The damaged journal is already kept aside. */
  async #mendJournal(): Promise<void> {
    if (this.#readOnly) return;
    const text = journalText(this.#entries);
    await writeFileAtomically(this.#journalPath(), text);
    this.#wholeBytes = Buffer.byteLength(text);
    this.#seenBytes = this.#wholeBytes;
  }

  #keepAside(name: string, ending: string, bytes: Uint8Array): Promise<KeptAside> {
    return keepAside(this.#folder, [name, ending], bytes, this.#readOnly);
  }

  /** Adds the ids and contents of an entry to those of the journal. */
  #remember(entry: JournalEntry): void {
    if (entry.edit !== undefined) this.#edits.add(entry.edit);
    this.#entries.push(entry);
    if (entry.kind !== 'edit') return;
    for (const part of Object.values(entry.state)) {
      if (part !== null && part.sha256 !== null) this.#hashes.add(part.sha256);
    }
  }

  /**
   * Updates the files for people after a crash or a full disk. If that fails, the journal and `history/` are
   * read instead of these files.
   */
  async #repair(): Promise<void> {
    const record = await this.#readRecord();
    if (record !== null && this.#history.revision === 0 && !this.#readOnly) return this.#rebuild(record);
    // An edit of image settings adds a revision and leaves the annotation as it is.
    this.#isBehind =
      (record?.revision ?? 0) < this.#history.revision &&
      !isDeepStrictEqual(record?.state ?? emptyState, this.#state());
    if (!this.#isBehind || this.#readOnly) return;
    await this.#showFiles(record?.state ?? null, true).then(() => (this.#isBehind = false), leaveForLater);
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
    const state = { ...this.#state() };
    if (change.foreground !== undefined) state.foreground = await this.#keep('foreground', change.foreground);
    if (change.locations !== undefined) state.locations = await this.#keep('locations', change.locations);
    if (change.labels !== undefined) state.labels = await this.#keep('labels', change.labels);
    if (change.review !== undefined) state.review = await this.#keep('review', change.review);
    const revision = this.#history.revision + 1;
    return this.#commit({ kind: 'edit', revision, at: now(), title, state, ...named(id) });
  }

  #move(
    kind: 'undo' | 'redo',
    isPossible: (history: History) => boolean,
    id?: string,
  ): Promise<AnnotationView> {
    return this.#queue.run(async () => {
      await this.#refresh();
      this.#refuseWhenReadOnly();
      const { steps, current } = this.#history;
      const target = steps[kind === 'undo' ? current - 1 : current + 1]?.state;
      for (const name of partNames) {
        if (target !== undefined && target[name]?.sha256 !== this.#state()[name]?.sha256)
          await this.#takeOverChanged(name);
      }
      // Also a step that finds nothing is kept with its id: asked for again later, it must not find more.
      if (!isPossible(this.#history) && id === undefined) return this.#view();
      return this.#commit({ kind, revision: this.#history.revision + 1, at: now(), ...named(id) });
    });
  }

  async #commit(entry: JournalEntry, isFlushed = true): Promise<AnnotationView> {
    // All files that show an earlier state are checked.
    const before = this.#isBehind ? null : this.#state();
    if (this.#wholeBytes === null) await this.#mendJournal();
    try {
      this.#wholeBytes = await appendToJournal(this.#journalPath(), this.#wholeBytes ?? 0, entry, isFlushed);
    } catch (error) {
      // The next change reads the disk first.
      this.#seenBytes = -1;
      throw error;
    }
    this.#seenBytes = this.#wholeBytes;
    extend(this.#history, entry);
    this.#remember(entry);
    // The change is saved from here on. Files that cannot be written now are written at the next read.
    const mayBeEqual = entry.kind === 'edit' && (entry.image !== undefined || entry.isUnchanged === true);
    if (mayBeEqual && before !== null && isDeepStrictEqual(before, this.#state())) return this.#view();
    this.#isBehind = true;
    await this.#showFiles(before, before === null).then(() => (this.#isBehind = false), leaveForLater);
    return this.#view();
  }

  /** Stores the content of a part under its hash, for the journal. */
  async #keep<Name extends AnnotationPartName>(
    name: Name,
    change: PartChange<AnnotationValues[Name]>,
  ): Promise<AnnotationPart | null> {
    if (change === null) return null;
    if (change.value === null) return { sha256: null, source: change.source, count: 0 };
    const base = this.#state().review?.sha256 ?? null;
    const isKnown = (sha256: string): boolean => this.#hashes.has(sha256);
    const { sha256, count } = await this.#contents.keep(name, change.value, base, isKnown);
    return { sha256, source: change.source, count };
  }

  /**
   * Writes the files for people, the record last.
   * @param before the state they show now; `null` if unknown
   * @param keepForeign leaves files of other programs, which are imported when they are read
   */
  async #showFiles(before: AnnotationState | null, keepForeign: boolean): Promise<void> {
    const state = this.#state();
    for (const name of partNames) {
      const sha256 = state[name]?.sha256 ?? null;
      if (before !== null && (before[name]?.sha256 ?? null) === sha256) continue;
      const path = this.#visiblePath(name);
      const there = keepForeign ? await this.#readVisible(name) : null;
      if (there !== null && (hashBytes(there) === sha256 || !this.#isOurs(there))) continue;
      if (sha256 === null) await removeFile(path);
      else await writeFileAtomically(path, await this.#contents.read(name, sha256));
    }
    const record: AnnotationRecord = { revision: this.#history.revision, state };
    await writeFileAtomically(this.#recordPath(), jsonText(record));
  }

  /** Imports a file that another program has changed. */
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
      await this.#edit(`Import ${annotationFileNames[name]}`, { [name]: { value, source } });
    }
    return value;
  }

  #readVisible(name: AnnotationPartName): Promise<Uint8Array | null> {
    return readBytesOrNone(this.#visiblePath(name));
  }

  /** Whether the program itself wrote these bytes, for this or an earlier state. */
  #isOurs(bytes: Uint8Array): boolean {
    return this.#hashes.has(hashBytes(bytes));
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
    } catch (error) {
      if (!(error instanceof LacssError) || error.code !== 'annotation-invalid') throw error;
      // The record can be rebuilt from the journal.
      const aside = await this.#keepAside('record-damaged', '.json', await readBytes(path));
      if (aside.isNew)
        this.#tell(
          `Its record.json was damaged and has been rebuilt from its history. The damaged file is ${aside.path}.`,
        );
      return null;
    }
  }

  #refuseWhenReadOnly(): void {
    if (!this.#readOnly) return;
    throw new LacssError('file-unwritable', `The annotations in ${this.#folder} are read-only.`, {
      subject: this.#folder,
      remedy: 'Open the project for writing, or copy it to a folder that you can write to.',
    });
  }

  #visiblePath(name: AnnotationPartName): string {
    return join(this.#folder, annotationFileNames[name]);
  }

  #journalPath(): string {
    return join(this.#folder, 'history.jsonl');
  }

  #recordPath(): string {
    return join(this.#folder, 'record.json');
  }
}

/** @throws any error except one that may pass, such as a full disk */
function leaveForLater(error: unknown): false {
  if (error instanceof LacssError) return false;
  throw error;
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
