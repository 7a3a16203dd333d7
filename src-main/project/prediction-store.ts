import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LacssError } from '../contract/errors.ts';
import type { CellLabels, LabelRuns, Segmentation } from '../contract/pixels.ts';
import { mostPixels, predictionRecordSchema } from '../contract/project-files.ts';
import type { PredictionRecord } from '../contract/project-files.ts';
import { parseToFirstFault } from '../contract/parse-to-first-fault.ts';
import { labelTiff } from '../formats/label-tiff.ts';
import { instanceLabels } from '../imaging/label/instance-labels.ts';
import { withNumbers } from '../imaging/label/read-label-runs.ts';
import { cellsText, parseCells, rowsOf } from './cell-table.ts';
import { hashBytes } from './hash-bytes.ts';
import { readText } from './read-bytes.ts';
import { jsonText, readJson } from './read-json.ts';
import { readNumberedLabels } from './read-label-image.ts';
import { removeFile } from './remove-file.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

const recordName = 'record.json';
const earlierNames = { labels: 'labels.tif', cells: 'cells.csv' };
type FileNames = typeof earlierNames;

/** The files of this prediction or an earlier one; earlier versions kept contours too. */
const fileNamePattern =
  /^(labels(-[0-9a-f]{8})?\.tif|cells(-[0-9a-f]{8})?\.csv|contours(-[0-9a-f]{8})?\.json)$/;
/** The record of an earlier prediction that the history of the image needs. */
const earlierPattern = /^record-[0-9]+\.json$/;

function earlierName(madeAt: string): string {
  return `record-${madeAt.replace(/\D/g, '')}.json`;
}

const fileNameSchema = z.string().regex(fileNamePattern);

/** `record.json`. Predictions of earlier versions do not name their files. */
const storedRecordSchema = predictionRecordSchema.extend({
  files: z
    .strictObject({ labels: fileNameSchema, cells: fileNameSchema, contours: fileNameSchema.optional() })
    .optional(),
});

interface StoredRecord {
  record: PredictionRecord;
  files: FileNames;
}

/** A saved prediction with its record. */
export interface KeptPrediction {
  record: PredictionRecord;
  segmentation: Segmentation<LabelRuns>;
}

/** The contents of a prediction's files, without its record. */
export interface PredictionFiles {
  labels: Uint8Array;
  cells: string;
}

/** The files of the cells. */
export function predictionFiles({ labels, scores, locations }: Segmentation<CellLabels>): PredictionFiles {
  return { labels: labelTiff(labels), cells: cellsText(instanceLabels(labels), scores, locations) };
}

/**
 * The cells that a model found in an image, as files a person can open. The label image has the pixels of the
 * cells. The table has their scores and locations by label (label, score, y, x). If a person has edited the
 * label image, the edited one counts. File names end in the hash of their content. `record.json` names the
 * files, and writing it is the commit. A crash or a full disk leaves the old or the new prediction complete.
 */
export class PredictionStore {
  readonly #folder: string;
  readonly #mostCells: number;

  /**
   * @param folder `predictions/<model>/<image>` of a project
   * @param mostCells the most cells of the image: one per pixel
   */
  constructor(folder: string, mostCells: number = mostPixels) {
    this.#folder = folder;
    this.#mostCells = mostCells;
  }

  /** The record, or `null` without a prediction. @throws LacssError `file-damaged`, `file-unreadable` */
  async record(): Promise<PredictionRecord | null> {
    return (await this.#stored())?.record ?? null;
  }

  /**
   * @param isNeeded whether an earlier prediction made at this time is kept. It is called after the new one
   *   is in place.
   * @throws LacssError `disk-full`, `file-unwritable`; then the earlier prediction is unchanged
   */
  async write(
    record: PredictionRecord,
    { labels, cells }: PredictionFiles,
    isNeeded: (madeAt: string) => Promise<boolean> = () => Promise.resolve(false),
  ): Promise<void> {
    const hash = hashBytes([labels, cells].map(hashBytes).join('')).slice(0, 8);
    const files: FileNames = { labels: `labels-${hash}.tif`, cells: `cells-${hash}.csv` };
    await writeFileAtomically(join(this.#folder, files.labels), labels);
    await writeFileAtomically(join(this.#folder, files.cells), cells);
    // A damaged record names nothing that could be kept.
    const before = await this.#stored().catch(() => null);
    if (before !== null && before.record.at !== record.at) {
      const name = earlierName(before.record.at);
      await writeFileAtomically(
        join(this.#folder, name),
        jsonText({ ...before.record, files: before.files }),
      );
    }
    await writeFileAtomically(join(this.#folder, recordName), jsonText({ ...record, files }));
    await this.#removeUnneeded(isNeeded).catch(() => undefined);
  }

  /**
   * `null` without a prediction.
   * @param madeAt the time of an earlier prediction. @default the newest
   * @throws LacssError `file-damaged`, `file-not-found`; `annotation-invalid` if the label image has a cell
   *   that the table lacks
   */
  async read(madeAt?: string): Promise<KeptPrediction | null> {
    const stored = await this.#find(madeAt);
    if (stored === null) return null;
    try {
      return await this.#read(stored);
    } catch (error) {
      // Another process may have written a new prediction in between.
      const now = await this.#find(madeAt);
      if (now === null || now.files.labels === stored.files.labels) throw error;
      return this.#read(now);
    }
  }

  /** Changes whenever the files of a prediction do; `null` without a prediction. */
  async stamp(madeAt: string): Promise<string | null> {
    const stored = await this.#find(madeAt);
    if (stored === null) return null;
    const parts = await Promise.all(
      Object.values(stored.files).map(async (name) => {
        const found = await stat(join(this.#folder, name)).catch(() => null);
        return `${name}:${found?.size}:${found?.mtimeMs}`;
      }),
    );
    return [this.#folder, stored.record.at, ...parts].join(' ');
  }

  async #read({ record, files }: StoredRecord): Promise<KeptPrediction> {
    const paths = { labels: join(this.#folder, files.labels), cells: join(this.#folder, files.cells) };
    const table = parseCells(await readText(paths.cells), paths.cells);
    const numbered = await readNumberedLabels(paths.labels);
    const rows = rowsOf(numbered.numbers, table, paths);
    return {
      record,
      segmentation: {
        labels: withNumbers(numbered),
        scores: Float32Array.from(rows, ({ score }) => score),
        locations: Float32Array.from(rows.flatMap(({ y, x }) => [y, x])),
      },
    };
  }

  async #find(madeAt: string | undefined): Promise<StoredRecord | null> {
    const newest = await this.#stored().catch((error: unknown) => {
      if (madeAt === undefined) throw error;
      return null;
    });
    if (madeAt === undefined || newest?.record.at === madeAt) return newest;
    return this.#stored(earlierName(madeAt));
  }

  async #stored(name = recordName): Promise<StoredRecord | null> {
    const path = join(this.#folder, name);
    let value: unknown;
    try {
      value = await readJson(path, 'file-damaged');
    } catch (error) {
      if (error instanceof LacssError && error.code === 'file-not-found') return null;
      throw damaged(path, error);
    }
    const parsed = parseToFirstFault(storedRecordSchema, value);
    if (!parsed.success) throw damaged(path, parsed.error);
    const { files = earlierNames, ...record } = parsed.data;
    if (record.cells > this.#mostCells) {
      throw damaged(path, new RangeError(`${record.cells} cells; expected at most ${this.#mostCells}`));
    }
    return { record, files };
  }

  /** Removes earlier predictions that nothing needs, and files that no record names. */
  async #removeUnneeded(isNeeded: (madeAt: string) => Promise<boolean>): Promise<void> {
    const kept = new Set<string>();
    const names = await readdir(this.#folder);
    for (const name of names) {
      if (name !== recordName && !earlierPattern.test(name)) continue;
      const stored = await this.#stored(name);
      if (stored === null) continue;
      if (name !== recordName && !(await isNeeded(stored.record.at))) {
        await removeFile(join(this.#folder, name));
        continue;
      }
      for (const file of Object.values(stored.files)) kept.add(file);
    }
    for (const name of names) {
      if (fileNamePattern.test(name) && !kept.has(name)) await removeFile(join(this.#folder, name));
    }
  }
}

function damaged(path: string, cause: unknown): LacssError {
  const reason = cause instanceof LacssError && cause.code !== 'file-damaged' ? cause.message : null;
  return new LacssError(
    'file-damaged',
    reason ?? `${path} is damaged: the cells of this image cannot be read.`,
    {
      subject: path,
      remedy: 'Restore the file from a backup, or segment the image again with this model.',
      command: 'lacss segment --again',
      cause,
    },
  );
}
