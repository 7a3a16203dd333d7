import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { journalEntrySchema } from '../contract/project.ts';
import type { AnnotationState, ImageSettings, JournalEntry } from '../contract/project.ts';
import { fileError } from './file-error.ts';
import { flushFolder } from './flush-folder.ts';
import { prepareWrite, requireHeld } from './held-folder.ts';
import { readBytes } from './read-bytes.ts';

/** Nothing annotated yet. */
export const emptyState: AnnotationState = { foreground: null, locations: null, labels: null, review: null };

/** An edit of an image's settings. */
export interface ImageChange {
  before: ImageSettings;
  after: ImageSettings;
}

/** Where the entries of a journal lead: the states one can go back and forth between, and the one that holds. */
export interface History {
  /** `steps[0]` is the beginning; step i was made by the edit of that title. */
  steps: { title: string; state: AnnotationState; image?: ImageChange }[];
  /** The step that holds now: undo goes to the one before, redo to the one after. */
  current: number;
  /** The number of the last entry; 0 where there is none. */
  revision: number;
}

/** The history that a journal's entries lead to, in time proportional to their number. */
export function replay(entries: readonly JournalEntry[]): History {
  const history = emptyHistory();
  for (const entry of entries) extend(history, entry);
  return history;
}

/** A history without any edit. */
export function emptyHistory(): History {
  return { steps: [{ title: '', state: emptyState }], current: 0, revision: 0 };
}

/** Adds a further entry to a history, in place. An edit after an undo drops what could have been redone. */
export function extend(history: History, entry: JournalEntry): void {
  const { steps } = history;
  history.revision = entry.revision;
  if (entry.kind === 'undo') history.current = Math.max(0, history.current - 1);
  else if (entry.kind === 'redo') history.current = Math.min(steps.length - 1, history.current + 1);
  else {
    const { title, state, image } = entry;
    history.current += 1;
    steps.length = history.current;
    steps.push({ title, state, ...(image === undefined ? {} : { image }) });
  }
}

/** A journal as its file holds it. */
export interface JournalContent {
  /** What counts: the entries before the first unreadable line, and those after it whose place is certain. */
  entries: JournalEntry[];
  /** Where these entries lead. */
  history: History;
  /** Size of the file when it was read, in bytes. */
  fileBytes: number;
  /** Where the entries end in the file, in bytes; the next one goes there. `null`: the file must be written anew first. */
  wholeBytes: number | null;
  /** Lines of a damaged file that do not count. A crash never does this: the disk or another program has. */
  droppedLines: number;
  /** The incomplete last line that a crash leaves: it never happened. Empty where there is none. */
  incompleteLine: Uint8Array;
}

const newline = 10;

/**
 * Reads a journal of one entry per line. After an unreadable line, entries count again from the next edit on: an edit
 * holds its whole state. An undo back over the gap ends this, since what it went back to is not known.
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
    // A byte that is no UTF-8 must not pass as a letter.
    return journalEntrySchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line)));
  } catch {
    return null;
  }
}

/**
 * Adds an entry and flushes it to the disk: when this returns, the change has happened for good.
 * @param wholeBytes where the last whole entry ends; what a crash left behind it is cut off
 * @returns where the new entry ends
 * @throws LacssError `disk-full`, `file-unwritable`; a half-written entry is cut off at once or at the next reading
 */
export async function appendToJournal(
  path: string,
  wholeBytes: number,
  entry: JournalEntry,
): Promise<number> {
  const line = Buffer.from(journalText([entry]));
  try {
    await prepareWrite(path);
    const file = await open(path, wholeBytes === 0 ? 'w' : 'r+');
    try {
      await file.truncate(wholeBytes);
      await file.write(line, 0, line.length, wholeBytes);
      await file.sync();
    } catch (error) {
      await file.truncate(wholeBytes).catch(() => undefined);
      throw error;
    } finally {
      // Once it is flushed, the entry counts whatever closing says.
      await file.close().catch(() => undefined);
    }
    if (wholeBytes === 0) await flushFolder(dirname(path)).catch(() => undefined);
  } catch (error) {
    await requireHeld(path);
    throw fileError(error, path, 'write');
  }
  return wholeBytes + line.length;
}
