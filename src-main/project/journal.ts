import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { journalEntrySchema } from '../contract/project.ts';
import type { AnnotationState, ImageSettings, JournalEntry } from '../contract/project.ts';
import { fileError, systemCode } from './file-error.ts';
import { flushFolder } from './flush-folder.ts';
import { prepareWrite, requireHeld } from './held-folder.ts';

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
  entries: JournalEntry[];
  /** How many bytes of the file the entries take; what a crash left behind them never happened. */
  wholeBytes: number;
  /** Whether a line before the last is unreadable, which no crash does: somebody changed the file. */
  damaged: boolean;
}

/**
 * Reads a journal of one entry a line. A crash can only have torn its last line: reading stops at the first line that
 * is not whole.
 * @throws LacssError `file-unreadable`
 */
export async function readJournal(path: string): Promise<JournalContent> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { entries: [], wholeBytes: 0, damaged: false };
    throw fileError(error, path, 'read');
  }
  const entries: JournalEntry[] = [];
  let wholeBytes = 0;
  const lines = text.split('\n');
  const last = lines.length - 2;
  for (const [index, line] of lines.slice(0, -1).entries()) {
    const entry = parseEntry(line);
    if (entry === null) return { entries, wholeBytes, damaged: index < last || lines.at(-1) !== '' };
    entries.push(entry);
    wholeBytes += Buffer.byteLength(line) + 1;
  }
  return { entries, wholeBytes, damaged: false };
}

function parseEntry(line: string): JournalEntry | null {
  try {
    return journalEntrySchema.parse(JSON.parse(line));
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
  const line = Buffer.from(JSON.stringify(entry) + '\n');
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
      await file.close();
    }
    if (wholeBytes === 0) await flushFolder(dirname(path));
  } catch (error) {
    await requireHeld(path);
    throw fileError(error, path, 'write');
  }
  return wholeBytes + line.length;
}
