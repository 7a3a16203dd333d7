import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { itemAt } from '../contract/elements.ts';
import type {
  AnnotationSource,
  AnnotationState,
  ImageSettings,
  JournalEntry,
} from '../contract/project-files.ts';
import { appendLine } from './append-line.ts';
import { emptyHistory, extend, flushJournal, journalText, readJournal, replay } from './journal.ts';
import type { History, JournalContent } from './journal.ts';
import { keepAside } from './keep-aside.ts';
import type { KeptAside } from './keep-aside.ts';
import { leaveForLater } from './leave-for-later.ts';
import { readBytes } from './read-bytes.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

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

/** The journal of one annotation (`history.jsonl`), as it was last read or written. */
export class AnnotationJournal {
  readonly #folder: string;
  readonly #readOnly: boolean;
  readonly #tell: (notice: string) => void;
  #history: History = emptyHistory();
  #entries: JournalEntry[] = [];
  /** The ids of the edits. */
  #edits = new Set<string>();
  /** The SHA-256 of every content. */
  #hashes = new Set<string>();
  /** End of the last complete entry; `null` if the file must be rewritten first. */
  #wholeBytes: number | null = 0;
  /** The size of the file when it was last read; −1 before. */
  #seenBytes = -1;

  /** @param tell called once per repaired damage, with a text for people */
  constructor(folder: string, readOnly: boolean, tell: (notice: string) => void) {
    this.#folder = folder;
    this.#readOnly = readOnly;
    this.#tell = tell;
  }

  get revision(): number {
    return this.#history.revision;
  }

  get state(): AnnotationState {
    return itemAt(this.#history.steps, this.#history.current).state;
  }

  /** The state that undo restores. */
  get before(): AnnotationState | undefined {
    return this.#history.steps[this.#history.current - 1]?.state;
  }

  /** The state that redo restores. */
  get after(): AnnotationState | undefined {
    return this.#history.steps[this.#history.current + 1]?.state;
  }

  view(): AnnotationView {
    const { steps, current, revision } = this.#history;
    return {
      state: this.state,
      undoTitle: current > 0 ? itemAt(steps, current).title : null,
      redoTitle: current + 1 < steps.length ? itemAt(steps, current + 1).title : null,
      undoImage: current > 0 ? (itemAt(steps, current).image?.before ?? null) : null,
      redoImage: current + 1 < steps.length ? (itemAt(steps, current + 1).image?.after ?? null) : null,
      revision,
    };
  }

  hasEdit(id: string): boolean {
    return this.#edits.has(id);
  }

  hasContent(sha256: string): boolean {
    return this.#hashes.has(sha256);
  }

  /** The state after an earlier entry; `null` if the journal does not have this revision. */
  stateAt(revision: number): AnnotationState | null {
    if (revision > this.#history.revision) return null;
    const { steps, current } = replay(this.#entries.filter((entry) => entry.revision <= revision));
    return itemAt(steps, current).state;
  }

  /** The state that an edit made; `undefined` if the journal does not have the edit. */
  stateAfter(edit: string): AnnotationState | undefined {
    const entry = this.#entries.findLast((one) => one.edit === edit);
    return entry?.kind === 'edit' ? entry.state : undefined;
  }

  /** All reviews, those that undo and redo reach, and the next one that redo restores. */
  reviews(): { all: ReviewStep[]; reachable: ReviewStep[]; ahead: ReviewStep | null } {
    const { steps, current } = this.#history;
    return {
      all: reviewsOf(this.#entries.flatMap((entry) => (entry.kind === 'edit' ? [entry.state] : []))),
      reachable: reviewsOf(steps.map(({ state }) => state)),
      ahead: reviewsOf(steps.slice(current + 1).map(({ state }) => state))[0] ?? null,
    };
  }

  /**
   * Reads the file again if its size has changed, and reports damage.
   * @returns whether it had changed
   */
  async refresh(): Promise<boolean> {
    const size = await stat(this.#path).then(
      (found) => found.size,
      () => 0,
    );
    if (size === this.#seenBytes) return false;
    let journal = await readJournal(this.#path);
    // Another process may be writing this line.
    if (journal.incompleteLine.length > 0) journal = await readJournal(this.#path);
    this.#history = journal.history;
    this.#edits = new Set();
    this.#entries = [];
    this.#hashes = new Set();
    for (const entry of journal.entries) this.#remember(entry);
    this.#seenBytes = journal.fileBytes;
    this.#wholeBytes = journal.wholeBytes;
    await this.#tellDropped(journal);
    return true;
  }

  /**
   * Adds an entry, and keeps it if it is flushed. After an error the next change reads the disk first.
   * @throws LacssError `disk-full`, `file-unwritable`
   */
  async append(entry: JournalEntry, isFlushed: boolean): Promise<void> {
    if (this.#wholeBytes === null) await this.#mend();
    try {
      const line = JSON.stringify(entry);
      this.#wholeBytes = await appendLine(this.#path, this.#wholeBytes ?? 0, line, isFlushed);
    } catch (error) {
      this.#seenBytes = -1;
      throw error;
    }
    this.#seenBytes = this.#wholeBytes;
    extend(this.#history, entry);
    this.#remember(entry);
  }

  /** Flushes appended entries to the disk. @throws LacssError `file-unwritable` */
  flush(): Promise<void> {
    return flushJournal(this.#path);
  }

  get #path(): string {
    return join(this.#folder, 'history.jsonl');
  }

  /** Reports the unusable part of the journal once, and keeps it beside the journal. */
  async #tellDropped({ droppedLines, incompleteLine }: JournalContent): Promise<void> {
    if (droppedLines > 0) {
      const aside = await this.#keepAside('history-damaged', await readBytes(this.#path));
      const steps = droppedLines === 1 ? '1 step' : `${droppedLines} steps`;
      if (aside.isNew)
        this.#tell(
          `A part of its history was damaged. ${steps} can no longer be undone. The rest is kept. ` +
            `The damaged file is ${aside.path}.`,
        );
      if (aside.isKept) await this.#mend().catch(leaveForLater);
    } else if (incompleteLine.length > 0) {
      const aside = await this.#keepAside('history-incomplete', incompleteLine);
      if (aside.isNew)
        this.#tell(
          `Its last change was not saved completely and is lost. The rest of it is in ${aside.path}.`,
        );
    }
  }

  #keepAside(name: string, bytes: Uint8Array): Promise<KeptAside> {
    return keepAside(this.#folder, [name, '.jsonl'], bytes, this.#readOnly);
  }

  /** Rewrites a damaged journal with its usable entries. The damaged journal is already kept aside. */
  async #mend(): Promise<void> {
    if (this.#readOnly) return;
    const text = journalText(this.#entries);
    await writeFileAtomically(this.#path, text);
    this.#wholeBytes = Buffer.byteLength(text);
    this.#seenBytes = this.#wholeBytes;
  }

  #remember(entry: JournalEntry): void {
    if (entry.edit !== undefined) this.#edits.add(entry.edit);
    this.#entries.push(entry);
    if (entry.kind !== 'edit') return;
    for (const part of Object.values(entry.state)) {
      if (part !== null && part.sha256 !== null) this.#hashes.add(part.sha256);
    }
  }
}

function reviewsOf(states: readonly AnnotationState[]): ReviewStep[] {
  const found = new Map<string, ReviewStep>();
  for (const { review } of states) {
    if (review === null || review.sha256 === null) continue;
    found.set(review.sha256, { sha256: review.sha256, parameters: review.source.parameters });
  }
  return [...found.values()];
}
