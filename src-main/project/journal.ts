import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { journalEntrySchema } from '../contract/project-files.ts';
import type { AnnotationState, ImageSettings, JournalEntry } from '../contract/project-files.ts';
import { fileError, systemCode } from '../contract/file-error.ts';
import { parseToFirstFault } from '../contract/parse-to-first-fault.ts';
import { flushFolder } from './flush-folder.ts';
import { readBytes } from './read-bytes.ts';

/** Nothing annotated yet. */
export const emptyState: AnnotationState = { foreground: null, locations: null, labels: null, review: null };

/** An edit of an image's settings. */
export interface ImageChange {
  before: ImageSettings;
  after: ImageSettings;
}

/** The states that undo and redo can reach, and the current one. */
export interface History {
  /** `steps[0]` is the start; the edit with that title made step i. */
  steps: { title: string; state: AnnotationState; image?: ImageChange }[];
  /** The current step: undo goes to the one before, redo to the one after. */
  current: number;
  /** The number of the last entry; 0 if there is none. */
  revision: number;
}

/** The history of a journal's entries, in linear time. */
export function replay(entries: readonly JournalEntry[]): History {
  const history = emptyHistory();
  for (const entry of entries) extend(history, entry);
  return history;
}

/** A history without any edit. */
export function emptyHistory(): History {
  return { steps: [{ title: '', state: emptyState }], current: 0, revision: 0 };
}

/**
 * Adds an entry to a history, in place. An edit after an undo drops the redo steps, unless it changed
 * nothing.
 */
export function extend(history: History, entry: JournalEntry): void {
  const { steps } = history;
  history.revision = entry.revision;
  if (entry.kind === 'undo') history.current = Math.max(0, history.current - 1);
  else if (entry.kind === 'redo') history.current = Math.min(steps.length - 1, history.current + 1);
  else if (entry.isUnchanged !== true) {
    const { title, state, image } = entry;
    history.current += 1;
    steps.length = history.current;
    steps.push({ title, state, ...(image === undefined ? {} : { image }) });
  }
}

/** A journal file. */
export interface JournalContent {
  /** The usable entries: those before the first unreadable line, and those after it with a certain place. */
  entries: JournalEntry[];
  /** The history of these entries. */
  history: History;
  /** Size of the file when it was read, in bytes. */
  fileBytes: number;
  /**
   * End of the entries in the file, in bytes, for the next entry. `null`: the file must be rewritten first.
   */
  wholeBytes: number | null;
  /** Unusable lines. Not from a crash, but from the disk or another program. */
  droppedLines: number;
  /** The incomplete last line after a crash, which does not count. Empty if there is none. */
  incompleteLine: Uint8Array;
}

const newline = 10;

/**
 * Reads a journal with one entry per line. After an unreadable line, entries count again from the next edit,
 * which has the whole state. An undo across the gap ends this, because its target is unknown.
 * @throws LacssError `file-unreadable`, `file-unsupported`
 */
export async function readJournal(path: string): Promise<JournalContent> {
  const bytes = await readBytes(path).catch((error: unknown) => {
    if (error instanceof LacssError && error.code === 'file-not-found') return new Uint8Array();
    throw error;
  });
  const entries: JournalEntry[] = [];
  const history = emptyHistory();
  /** The first step after a gap; undo must not go below it. */
  let firstKnown = 0;
  let isGap = false;
  let droppedLines = 0;
  let start = 0;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
    const entry = parseEntry(bytes.subarray(start, end));
    start = end + 1;
    const goesBackOverGap = entry?.kind === 'undo' && firstKnown > 0 && history.current <= firstKnown;
    if (entry === null || (entry.kind !== 'edit' && (isGap || goesBackOverGap))) {
      isGap = true;
      droppedLines += 1;
      continue;
    }
    // After a gap the whole state of the entry is known from it alone.
    if (isGap && entry.kind === 'edit') delete entry.isUnchanged;
    entries.push(entry);
    extend(history, entry);
    if (isGap) firstKnown = history.current;
    isGap = false;
  }
  return {
    entries,
    history,
    fileBytes: bytes.length,
    wholeBytes: droppedLines > 0 ? null : start,
    droppedLines,
    incompleteLine: bytes.slice(start),
  };
}

/** The text of a journal that holds these entries. */
export function journalText(entries: readonly JournalEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

function parseEntry(line: Uint8Array): JournalEntry | null {
  try {
    // Invalid UTF-8 must not be replaced silently.
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
    return parseToFirstFault(journalEntrySchema, value).data ?? null;
  } catch {
    return null;
  }
}

/** Flushes entries that were added without it. @throws LacssError `file-unwritable` */
export async function flushJournal(path: string): Promise<void> {
  try {
    const file = await open(path, 'r+');
    await file.sync().finally(() => file.close());
    await flushFolder(dirname(path)).catch(() => undefined);
  } catch (error) {
    // Without a journal there is nothing to flush.
    if (systemCode(error) !== 'ENOENT') throw fileError(error, path, 'write');
  }
}
