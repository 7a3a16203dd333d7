import type { ExportFormat } from '../../contract/choices.ts';
import { resolve } from 'node:path';
import { itemAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import { toFailure } from '../../contract/failure.ts';
import type { Failure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';
import type { CellLabels, Segmentation } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import type { LeftOutCells } from '../../contract/requests/result-requests.ts';
import { formatLocationsCsv } from '../../annotation/format-locations-csv.ts';
import { coco } from '../../formats/coco.ts';
import type { CocoImage } from '../../formats/coco.ts';
import { geojson } from '../../formats/geojson.ts';
import { imagejRoiZip } from '../../formats/imagej-roi-zip.ts';
import { labelTiff } from '../../formats/label-tiff.ts';
import { traceContours } from '../../imaging/contours/trace-contours.ts';
import { scoresByLabel } from '../../imaging/label/scores-by-label.ts';
import { measureCells } from '../../measure/measure-cells.ts';
import type { CellMeasurement } from '../../measure/measure-cells.ts';
import { measurementsCsv } from '../../measure/measurements-csv.ts';
import type { MeasuredImage } from '../../measure/measurements-csv.ts';
import { overlayPng } from '../../formats/overlay-png.ts';
import { distinctNames, pathsFromCommonFolder } from '../../project/distinct-names.ts';
import { channelBands, roleBands } from '../../project/load-image.ts';
import type { Project } from '../../project/project.ts';
import { withOutput } from '../../project/with-output.ts';
import type { WriteOutput } from '../../project/with-output.ts';
import { endsTheJob, forEachItem } from '../for-each-item.ts';
import { hasCells } from '../review/has-cells.ts';
import { cellsOfImage } from '../review/shown-cells.ts';

export interface ExportParams {
  formats: readonly ExportFormat[];
  /** The model of the predictions. @default the latest prediction of each image, as in Review */
  model?: string | undefined;
  /** Ids or names. @default all that have a prediction (of this model) */
  images?: readonly string[];
  /** @default `exports/` in the project */
  folder?: string | undefined;
  /** Exports all cells found, also those that Review does not show. @default false */
  everyCell?: boolean;
  /** Leaves out found cells with lower scores. @default as in the project's review */
  minScore?: number | null;
}

export interface ExportResult {
  folder: string;
  files: string[];
  /** Number of cells in all files, each counted once. */
  cells: number;
  leftOut: LeftOutCells;
  failures: Failure[];
}

/** The cells of an image that are exported. */
interface ExportedImage extends Segmentation<CellLabels> {
  image: ImageEntry;
}

/**
 * Writes the cells of images into files for other programs.
 * @throws LacssError `annotation-missing` if no image is segmented yet, `file-unwritable`, `disk-full`,
 *   `cancelled`
 */
export async function exportCells(
  project: Project,
  params: ExportParams,
  control: JobControl,
): Promise<ExportResult> {
  const output = params.folder === undefined ? project.path('exports') : resolve(params.folder);
  const wanted = await predicted(project, params.model, params.images);
  return withOutput(output, (write) =>
    writeCells(project, params, { wanted, folder: output, write }, control),
  );
}

async function writeCells(
  project: Project,
  { formats, model, everyCell = false, minScore }: ExportParams,
  output: { wanted: ImageEntry[]; folder: string; write: WriteOutput },
  control: JobControl,
): Promise<ExportResult> {
  const files: string[] = [];
  const write: WriteOutput = async (name, content) => {
    const path = await output.write(name, content);
    files.push(path);
    return path;
  };
  const settings = minScore === undefined ? project.manifest.settings.review : { minScore };
  const leftOut: LeftOutCells = { rejected: 0, belowScore: 0 };
  const refusals: Failure[] = [];
  let count = 0;
  const measured: MeasuredImage[] = [];
  const annotated: CocoImage[] = [];
  const called = outputNames(project);
  const failures = await forEachItem(
    output.wanted,
    control,
    { message: 'Exporting', nameOf: ({ name }) => name },
    async (image, { signal }) => {
      const cells = await cellsOfImage(project, image.id, everyCell ? null : settings, model);
      if (cells === null) throw notSegmented(image, model);
      const { name, file } = called.get(image.id)!;
      const found: ExportedImage = { image, ...cells.segmentation };
      count += found.scores.length;
      leftOut.rejected += cells.leftOut.rejected;
      leftOut.belowScore += cells.leftOut.belowScore;
      const scores = scoresByLabel(found);
      const measuring = once(() => measure(project, found, signal));
      for (const format of formats) {
        // If one format cannot be written, the others are.
        try {
          switch (format) {
            case 'csv':
              measured.push({ image: name, file, cells: await measuring(), scores });
              break;
            case 'coco':
              annotated.push({ fileName: file, name, labels: found.labels, scores });
              break;
            default: {
              const { ending, content } = await fileOf(project, format, found, { scores, measuring, signal });
              await write(`${name}${ending}`, content);
            }
          }
        } catch (error) {
          if (endsTheJob(error)) throw error;
          const failure = toFailure(error);
          refusals.push({ ...failure, message: `${format}: ${failure.message}`, subject: name });
        }
      }
    },
  );
  if (measured.length > 0) await write('cells.csv', measurementsCsv(measured));
  if (annotated.length > 0) await write('coco.json', coco(annotated));
  return { folder: output.folder, files, cells: count, leftOut, failures: [...failures, ...refusals] };
}

/** The names of each image's output files, and the path of the image's own file, by the image's id. */
function outputNames({ manifest: { images } }: Project): Map<string, { name: string; file: string }> {
  const named = images.map(({ name, files }) => ({ name, path: itemAt(files, 0).lastSeenAt }));
  const names = distinctNames(named);
  const paths = pathsFromCommonFolder(named.map(({ path }) => path));
  return new Map(images.map(({ id }, i) => [id, { name: itemAt(names, i), file: itemAt(paths, i) }]));
}

/** Runs some work at the first call. Later calls get the same result or the same error. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => (result ??= work());
}

/** The images that have been segmented (by the model). */
async function predicted(
  project: Project,
  model: string | undefined,
  images: readonly string[] | undefined,
): Promise<ImageEntry[]> {
  if (images !== undefined) return project.images(images);
  const done: ImageEntry[] = [];
  for (const image of project.manifest.images) {
    const known =
      model === undefined
        ? hasCells(project, image)
        : project
            .prediction(model, image)
            .record()
            .then((record) => record !== null);
    // An unreadable prediction fails later, with its name. The others are exported.
    if (await known.catch(() => true)) done.push(image);
  }
  if (done.length > 0) return done;
  throw new LacssError(
    'annotation-missing',
    `${model ?? 'No model'} has segmented ${model === undefined ? 'an' : 'no'} image of this project yet.`,
    {
      subject: model ?? project.folder,
      remedy: 'Segment the images first.',
      command: `lacss segment${model === undefined ? '' : ` --model ${model}`}`,
    },
  );
}

function notSegmented({ name }: ImageEntry, model: string | undefined): LacssError {
  const by = model === undefined ? '' : ` --model ${model}`;
  return new LacssError(
    'annotation-missing',
    model === undefined ? `${name} has not been segmented yet.` : `${model} has not segmented ${name}.`,
    {
      subject: name,
      remedy: 'Segment it first.',
      command: `lacss segment ${name}${by}`,
    },
  );
}

function measure(
  project: Project,
  { image, labels }: ExportedImage,
  signal: AbortSignal,
): Promise<CellMeasurement[]> {
  const channels = image.channelNames.map((name, index) => ({
    name,
    bands: channelBands(project, image, index, signal),
  }));
  return measureCells(labels, channels, image.pixelSizeUm);
}

/** The file of one image in one format. */
async function fileOf(
  project: Project,
  format: Exclude<ExportFormat, 'csv' | 'coco'>,
  { image, labels, locations }: ExportedImage,
  cells: {
    scores: ReadonlyMap<number, number>;
    measuring: () => Promise<CellMeasurement[]>;
    signal: AbortSignal;
  },
): Promise<{ ending: string; content: Parameters<WriteOutput>[1] }> {
  switch (format) {
    case 'label-tiff':
      return { ending: '_labels.tif', content: labelTiff(labels, image.pixelSizeUm) };
    case 'imagej-rois':
      return { ending: '_rois.zip', content: imagejRoiZip(traceContours(labels)) };
    case 'geojson': {
      const { scores, measuring } = cells;
      return {
        ending: '.geojson',
        content: geojson(traceContours(labels), { cells: await measuring(), scores }),
      };
    }
    case 'overlay-png':
      return {
        ending: '_overlay.png',
        content: overlayPng(() => roleBands(project, image, 'cells', cells.signal), labels),
      };
    case 'locations-csv':
      return { ending: '_locations.csv', content: formatLocationsCsv(locations) };
  }
}
