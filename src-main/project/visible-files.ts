import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { LacssError } from '../contract/errors.ts';
import { annotationRecordSchema } from '../contract/project-files.ts';
import type { AnnotationPartName, AnnotationRecord, AnnotationState } from '../contract/project-files.ts';
import type { AnnotationContents } from './annotation-contents.ts';
import { annotationFileNames } from './annotation-files.ts';
import type { AnnotationJournal } from './annotation-journal.ts';
import { hashBytes } from './hash-bytes.ts';
import { emptyState } from './journal.ts';
import { keepAside } from './keep-aside.ts';
import { leaveForLater } from './leave-for-later.ts';
import { readBytes, readBytesOrNone } from './read-bytes.ts';
import { jsonText, parseJson, readJson } from './read-json.ts';
import { removeFile } from './remove-file.ts';
import { writeFileAtomically } from './write-file-atomically.ts';
import { pathExists } from './path-exists.ts';

export const partNames = ['foreground', 'locations', 'labels', 'review'] as const;

/**
 * The files of an annotation that people and other programs read and may change, and their record. They
 * follow the journal. On a full disk, or after a crash, they may show an earlier state.
 */
export class VisibleFiles {
  readonly #folder: string;
  readonly #contents: AnnotationContents;
  readonly #journal: AnnotationJournal;
  readonly #readOnly: boolean;
  readonly #tell: (notice: string) => void;
  #isBehind = false;

  /** @param tell called once per repaired damage, with a text for people */
  constructor(
    folder: string,
    contents: AnnotationContents,
    journal: AnnotationJournal,
    readOnly: boolean,
    tell: (notice: string) => void,
  ) {
    this.#folder = folder;
    this.#contents = contents;
    this.#journal = journal;
    this.#readOnly = readOnly;
    this.#tell = tell;
  }

  /** Whether they show an earlier state than the journal. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  path(name: AnnotationPartName): string {
    return join(this.#folder, annotationFileNames[name]);
  }

  has(name: AnnotationPartName): Promise<boolean> {
    return pathExists(this.path(name));
  }

  read(name: AnnotationPartName): Promise<Uint8Array | null> {
    return readBytesOrNone(this.path(name));
  }

  /** Whether the program itself wrote these bytes, for this or an earlier state. */
  isOurs(bytes: Uint8Array): boolean {
    return this.#journal.hasContent(hashBytes(bytes));
  }

  /** Whether these bytes show an earlier state, because the files could not be updated. */
  isOutdated(bytes: Uint8Array): boolean {
    return this.#isBehind && this.isOurs(bytes);
  }

  /** Updates files that an interrupted process left in an earlier state. If that fails, they stay behind. */
  async catchUp(record: AnnotationRecord | null): Promise<void> {
    // An edit of image settings adds a revision and leaves the annotation as it is.
    this.#isBehind =
      (record?.revision ?? 0) < this.#journal.revision &&
      !isDeepStrictEqual(record?.state ?? emptyState, this.#journal.state);
    if (this.#isBehind && !this.#readOnly) await this.#update(record?.state ?? null, true);
  }

  /** Updates the files after an entry of the journal. Those that cannot be written now stay behind. */
  async follow(before: AnnotationState): Promise<void> {
    const isUnknown = this.#isBehind;
    this.#isBehind = true;
    // All files that show an earlier state are checked.
    await this.#update(isUnknown ? null : before, isUnknown);
  }

  async #update(before: AnnotationState | null, keepForeign: boolean): Promise<void> {
    await this.#show(before, keepForeign).then(() => (this.#isBehind = false), leaveForLater);
  }

  /**
   * Writes the files, the record last.
   * @param before the state they show now; `null` if unknown
   * @param keepForeign leaves files of other programs, which are imported when they are read
   */
  async #show(before: AnnotationState | null, keepForeign: boolean): Promise<void> {
    const { state, revision } = this.#journal;
    for (const name of partNames) {
      const sha256 = state[name]?.sha256 ?? null;
      if (before !== null && (before[name]?.sha256 ?? null) === sha256) continue;
      const there = keepForeign ? await this.read(name) : null;
      if (there !== null && (hashBytes(there) === sha256 || !this.isOurs(there))) continue;
      if (sha256 === null) await removeFile(this.path(name));
      else await writeFileAtomically(this.path(name), await this.#contents.read(name, sha256));
    }
    await writeFileAtomically(this.#recordPath, jsonText({ revision, state } satisfies AnnotationRecord));
  }

  /** The state that the files show; `null` if there is no record, or a damaged one, which is kept aside. */
  async readRecord(): Promise<AnnotationRecord | null> {
    const path = this.#recordPath;
    if (!(await pathExists(path))) return null;
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
      const damaged = await readBytes(path);
      const aside = await keepAside(this.#folder, ['record-damaged', '.json'], damaged, this.#readOnly);
      if (aside.isNew)
        this.#tell(
          `Its record.json was damaged and has been rebuilt from its history. The damaged file is ${aside.path}.`,
        );
      return null;
    }
  }

  get #recordPath(): string {
    return join(this.#folder, 'record.json');
  }
}
