import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LacssError } from '../contract/errors.ts';
import type { ContourSet, LabelImage, Locations, Segmentation } from '../contract/pixels.ts';
import { mostPixels, predictionRecordSchema } from '../contract/project.ts';
import type { PredictionRecord } from '../contract/project.ts';
import { labelTiff } from '../formats/label-tiff.ts';
import { hashBytes } from './hash-bytes.ts';
import { readBytes, readText } from './read-bytes.ts';
import { jsonText, parseJson, readJson } from './read-json.ts';
import { readLabelImage } from './read-label-image.ts';
import { removeFile } from './remove-file.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** y and x of the vertices in turn; three vertices at least enclose an area. */
const ringSchema = z
  .array(z.number())
  .min(6)
  .refine((yx) => yx.length % 2 === 0, 'a vertex has y and x');
const contoursSchema = z.object({
  rings: z.array(z.object({ label: z.int().positive(), yx: ringSchema })),
});

const recordName = 'record.json';
const earlierNames = { labels: 'labels.tif', cells: 'cells.csv', contours: 'contours.json' };
type FileNames = typeof earlierNames;

/** The files of this prediction or an earlier one. */
const fileNamePattern =
  /^(labels(-[0-9a-f]{8})?\.tif|cells(-[0-9a-f]{8})?\.csv|contours(-[0-9a-f]{8})?\.json)$/;
const fileNameSchema = z.string().regex(fileNamePattern);

/** `record.json`; a prediction of an earlier version does not name its files. */
const storedRecordSchema = predictionRecordSchema.extend({
  files: z
    .strictObject({ labels: fileNameSchema, cells: fileNameSchema, contours: fileNameSchema })
    .optional(),
});

interface StoredRecord {
  record: PredictionRecord;
  files: FileNames;
}

/** A prediction that was kept: what the model found, and when and how. */
export interface KeptPrediction {
  record: PredictionRecord;
  segmentation: Segmentation;
}

/** What a prediction's files hold, but for its record. */
export interface PredictionFiles {
  labels: Uint8Array;
  cells: string;
  contours: string;
}

/** The files of what was found. */
export function predictionFiles({ labels, scores, locations, contours }: Segmentation): PredictionFiles {
  return {
    labels: labelTiff(labels),
    cells: cellsText(scores, locations),
    contours: contoursText(contours),
  };
}

/**
 * What a model found in an image, as files a person can open: a label image, a table of cells (label, score, y, x), and
 * contours. Their names end in the hash of their contents, and `record.json` names them: putting it in place is the
 * commit. A crash or a full disk leaves the old prediction or the new one, whole.
 */
export class PredictionStore {
  readonly #folder: string;
  readonly #mostCells: number;

  /**
   * @param folder `predictions/<model>/<image>` of a project
   * @param mostCells how many cells the image can hold: one per pixel
   */
  constructor(folder: string, mostCells: number = mostPixels) {
    this.#folder = folder;
    this.#mostCells = mostCells;
  }

  /** The record, or `null` where there is no prediction. @throws LacssError `file-damaged`, `file-unreadable` */
  async record(): Promise<PredictionRecord | null> {
    return (await this.#stored())?.record ?? null;
  }

  /** @throws LacssError `disk-full`, `file-unwritable`; the earlier prediction is then still whole */
  async write(record: PredictionRecord, { labels, cells, contours }: PredictionFiles): Promise<void> {
    const hash = hashBytes([labels, cells, contours].map(hashBytes).join('')).slice(0, 8);
    const files: FileNames = {
      labels: `labels-${hash}.tif`,
      cells: `cells-${hash}.csv`,
      contours: `contours-${hash}.json`,
    };
    await writeFileAtomically(join(this.#folder, files.labels), labels);
    await writeFileAtomically(join(this.#folder, files.cells), cells);
    await writeFileAtomically(join(this.#folder, files.contours), contours);
    await writeFileAtomically(join(this.#folder, recordName), jsonText({ ...record, files }));
    await this.#removeEarlier(Object.values(files)).catch(() => undefined);
  }

  /** @throws LacssError `file-damaged`, `file-not-found`; `null` where there is no prediction */
  async read(): Promise<KeptPrediction | null> {
    const stored = await this.#stored();
    if (stored === null) return null;
    try {
      return await this.#read(stored);
    } catch (error) {
      // Another process may have put a new prediction in place meanwhile.
      const now = await this.#stored();
      if (now === null || now.files.labels === stored.files.labels) throw error;
      return this.#read(now);
    }
  }

  async #read({ record, files }: StoredRecord): Promise<KeptPrediction> {
    const cells = join(this.#folder, files.cells);
    const { scores, locations } = parseCells(await readText(cells), cells);
    const labels = await readLabels(join(this.#folder, files.labels));
    const contours = await readContours(join(this.#folder, files.contours), scores.length);
    return { record, segmentation: { labels, scores, locations, contours } };
  }

  async #stored(): Promise<StoredRecord | null> {
    const path = join(this.#folder, recordName);
    let value: unknown;
    try {
      value = await readJson(path, 'file-damaged');
    } catch (error) {
      if (error instanceof LacssError && error.code === 'file-not-found') return null;
      throw damaged(path, error);
    }
    const parsed = storedRecordSchema.safeParse(value);
    if (!parsed.success) throw damaged(path, parsed.error);
    const { files = earlierNames, ...record } = parsed.data;
    if (record.cells > this.#mostCells) {
      throw damaged(path, new RangeError(`${record.cells} cells; expected at most ${this.#mostCells}`));
    }
    return { record, files };
  }

  /** Removes the files of earlier predictions, which no record names any more. */
  async #removeEarlier(kept: readonly string[]): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      if (fileNamePattern.test(name) && !kept.includes(name)) await removeFile(join(this.#folder, name));
    }
  }
}

function damaged(path: string, cause: unknown): LacssError {
  const reason = cause instanceof LacssError && cause.code !== 'file-damaged' ? cause.message : null;
  return new LacssError(
    'file-damaged',
    reason ?? `${path} is damaged: what the model found in this image cannot be read.`,
    {
      subject: path,
      remedy:
        'Segment the image again with this model: lacss segment --again. Or put the file back from a backup.',
      cause,
    },
  );
}

async function readLabels(path: string): Promise<LabelImage> {
  return readLabelImage(await readBytes(path), path);
}

/** The outlines of this many cells, each of which has one at least. */
async function readContours(path: string, cells: number): Promise<ContourSet> {
  const { rings } = parseJson(await readJson(path, 'file-damaged'), contoursSchema, path, 'file-damaged');
  if (new Set(rings.map(({ label }) => label)).size !== cells) {
    throw damaged(path, new RangeError(`not an outline for each of ${cells} cells`));
  }
  const ringStarts = new Uint32Array(rings.length + 1);
  for (const [ring, { yx }] of rings.entries()) ringStarts[ring + 1] = ringStarts[ring] + yx.length / 2;
  return {
    points: Float32Array.from(rings.flatMap(({ yx }) => yx)),
    ringStarts,
    ringLabels: Uint32Array.from(rings, ({ label }) => label),
  };
}

const cellsHead = 'label,score,y,x';

/** One row a cell. */
export function cellsText(scores: Float32Array, locations: Locations): string {
  const rows = Array.from(
    scores,
    (score, i) => `${i + 1},${score},${locations[2 * i]},${locations[2 * i + 1]}`,
  );
  return [cellsHead, ...rows].join('\n') + '\n';
}

function parseCells(text: string, path: string): { scores: Float32Array; locations: Locations } {
  const [head, ...rows] = text.trimEnd().split('\n');
  const values = rows.map((row) => row.split(',').map(Number));
  if (head !== cellsHead || values.some((row) => row.length !== 4 || row.some(Number.isNaN))) {
    throw new LacssError('file-damaged', `${path} is not the table it was.`, {
      subject: path,
      remedy: 'Segment the image again: lacss segment --again.',
    });
  }
  return {
    scores: Float32Array.from(values, ([, score]) => score),
    locations: Float32Array.from(values.flatMap(([, , y, x]) => [y, x])),
  };
}

/** Vertices to 1/100 px: finer than any outline is known. */
function contoursText({ points, ringStarts, ringLabels }: ContourSet): string {
  const rings = Array.from(ringLabels, (label, ring) => ({
    label,
    yx: Array.from(points.subarray(2 * ringStarts[ring], 2 * ringStarts[ring + 1]), hundredths),
  }));
  return JSON.stringify({ unit: 'px', rings }) + '\n';
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
