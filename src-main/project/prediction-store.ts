import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LacssError } from '../contract/errors.ts';
import type { ContourSet, LabelImage, Locations, Segmentation } from '../contract/pixels.ts';
import { predictionRecordSchema } from '../contract/project.ts';
import type { PredictionRecord } from '../contract/project.ts';
import { labelTiff } from '../formats/label-tiff.ts';
import { readBytes } from './read-bytes.ts';
import { jsonText, parseJson, readJson } from './read-json.ts';
import { readLabelImage } from './read-label-image.ts';
import { removeFile } from './remove-file.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

const contoursSchema = z.object({
  rings: z.array(z.object({ label: z.int().positive(), yx: z.array(z.number()) })),
});

const names = { record: 'record.json', labels: 'labels.tif', cells: 'cells.csv', contours: 'contours.json' };

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
 * What a model found in an image, as files a person can open: `labels.tif`, `cells.csv` (label, score, y, x) and
 * `contours.json`; `record.json` is written last and removed first, so that where it is, all of it is there.
 */
export class PredictionStore {
  readonly #folder: string;

  /** @param folder `predictions/<model>/<image>` of a project */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The record, or `null` where there is no whole prediction. */
  async record(): Promise<PredictionRecord | null> {
    const path = join(this.#folder, names.record);
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (!isThere) return null;
    return parseJson(
      await readJson(path, 'project-damaged'),
      predictionRecordSchema,
      path,
      'project-damaged',
    );
  }

  /** @throws LacssError `disk-full`, `file-unwritable`; there is then no prediction, rather than half of one */
  async write(record: PredictionRecord, { labels, cells, contours }: PredictionFiles): Promise<void> {
    await removeFile(join(this.#folder, names.record));
    await writeFileAtomically(join(this.#folder, names.labels), labels);
    await writeFileAtomically(join(this.#folder, names.cells), cells);
    await writeFileAtomically(join(this.#folder, names.contours), contours);
    await writeFileAtomically(join(this.#folder, names.record), jsonText(record));
  }

  /** @throws LacssError `file-damaged`, `file-not-found`; `null` where there is no whole prediction */
  async read(): Promise<KeptPrediction | null> {
    const record = await this.record();
    if (record === null) return null;
    const { scores, locations } = parseCells(await this.#text(names.cells), join(this.#folder, names.cells));
    return {
      record,
      segmentation: {
        labels: await this.labels(),
        scores,
        locations,
        contours: await this.#contours(),
      },
    };
  }

  async labels(): Promise<LabelImage> {
    const path = join(this.#folder, names.labels);
    return readLabelImage(await readBytes(path), path);
  }

  async #contours(): Promise<ContourSet> {
    const path = join(this.#folder, names.contours);
    const { rings } = parseJson(await readJson(path, 'file-damaged'), contoursSchema, path, 'file-damaged');
    const ringStarts = new Uint32Array(rings.length + 1);
    for (const [ring, { yx }] of rings.entries()) ringStarts[ring + 1] = ringStarts[ring] + yx.length / 2;
    return {
      points: Float32Array.from(rings.flatMap(({ yx }) => yx)),
      ringStarts,
      ringLabels: Uint32Array.from(rings, ({ label }) => label),
    };
  }

  async #text(name: string): Promise<string> {
    return new TextDecoder().decode(await readBytes(join(this.#folder, name)));
  }
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
