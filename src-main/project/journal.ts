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

/** Goes through a journal's entries from the beginning. */
export function replay(entries: readonly JournalEntry[]): History {
  const beginning: History = { steps: [{ title: '', state: emptyState }], current: 0, revision: 0 };
  return entries.reduce(extend, beginning);
}

/** What a further entry makes of a history. An edit after an undo drops what could have been redone. */
export function extend({ steps, current }: History, entry: JournalEntry): History {
  const { revision } = entry;
  if (entry.kind === 'undo') return { steps, current: Math.max(0, current - 1), revision };
  if (entry.kind === 'redo') return { steps, current: Math.min(steps.length - 1, current + 1), revision };
  const { title, state, image } = entry;
  const step = { title, state, ...(image === undefined ? {} : { image }) };
  return { steps: [...steps.slice(0, current + 1), step], current: current + 1, revision };
}

/** A journal as its file holds it. */
export interface JournalContent {
  /** What counts: the entries before the first unreadable line, and those after it whose place is certain. */
  entries: JournalEntry[];
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
  let history = replay([]);
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
    history = extend(history, entry);
    if (isGap) firstKnown = history.current;
    isGap = false;
  }
  return {
    entries,
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
