import { join, resolve } from 'node:path';
import { LacssError } from '../../contract/errors.ts';
import type { Failure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';
import type { ContourSet, LabelImage, Locations } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project.ts';
import { formatLocationsCsv } from '../../annotation/format-locations-csv.ts';
import { coco } from '../../export/coco.ts';
import type { CocoImage } from '../../export/coco.ts';
import { geojson } from '../../export/geojson.ts';
import { imagejRoiZip } from '../../export/imagej-roi-zip.ts';
import { labelTiff } from '../../export/label-tiff.ts';
import { measureCells } from '../../export/measure-cells.ts';
import type { CellMeasurement } from '../../export/measure-cells.ts';
import { measurementsCsv } from '../../export/measurements-csv.ts';
import type { MeasuredImage } from '../../export/measurements-csv.ts';
import { overlayPng } from '../../export/overlay-png.ts';
import { keepCells } from '../../project/keep-cells.ts';
import { loadChannel, loadRole } from '../../project/load-image.ts';
import { PredictionStore } from '../../project/prediction-store.ts';
import type { Project } from '../../project/project.ts';
import { writeFileAtomically } from '../../project/write-file-atomically.ts';
import { forEachItem } from './for-each-item.ts';

/** The formats, and what each is for. */
export const exportFormats = {
  'label-tiff': 'label images (TIFF): every image program',
  'imagej-rois': 'regions (zip): ImageJ and Fiji',
  geojson: 'objects (GeoJSON): QuPath',
  coco: 'instance annotations of all images (COCO JSON)',
  csv: 'measurements of all cells (CSV)',
  'overlay-png': 'pictures with outlines (PNG)',
  'locations-csv': 'locations of the cells (CSV)',
} as const;

export type ExportFormat = keyof typeof exportFormats;

export interface ExportParams {
  formats: readonly ExportFormat[];
  /** Whose predictions. */
  model: string;
  /** Ids or names. @default all that have a prediction of this model */
  images?: readonly string[];
  /** @default `exports/` in the project */
  folder?: string;
  /** Leaves out the cells that a person has rejected or deleted. @default true */
  reviewed?: boolean;
}

export interface ExportResult {
  folder: string;
  files: string[];
  failures: Failure[];
}

/** The cells of an image that are exported. */
interface ExportedImage {
  image: ImageEntry;
  labels: LabelImage;
  contours: ContourSet;
  scores: Float32Array;
  locations: Locations;
}

/**
 * Writes what a model has found into files that other programs read.
 * @throws LacssError `annotation-missing` where it has found nothing yet, `file-unwritable`, `disk-full`, `cancelled`
 */
export async function exportCells(
  project: Project,
  { formats, model, images, folder, reviewed = true }: ExportParams,
  control: JobControl,
): Promise<ExportResult> {
  const output = folder === undefined ? project.path('exports') : resolve(folder);
  const files: string[] = [];
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    const path = join(output, name);
    await writeFileAtomically(path, content);
    files.push(path);
  };
  const measured: MeasuredImage[] = [];
  const annotated: CocoImage[] = [];
  const failures = await forEachItem(
    await predicted(project, model, images),
    control,
    { message: 'Exporting', nameOf: ({ name }) => name },
    async (image) => {
      const found = await exportedImage(project, model, image, reviewed);
      const needsCells = formats.includes('csv') || formats.includes('geojson');
      const cells = needsCells ? await measure(project, found) : [];
      for (const format of formats) {
        const file = await fileOf(project, format, found, cells);
        if (file !== null) await write(`${image.name}${file.ending}`, file.content);
      }
      if (formats.includes('csv')) measured.push({ image: image.name, cells, scores: found.scores });
      if (formats.includes('coco')) {
        annotated.push({
          fileName: image.name,
          height: image.height,
          width: image.width,
          contours: found.contours,
          scores: found.scores,
        });
      }
    },
  );
  if (formats.includes('csv')) await write('cells.csv', measurementsCsv(measured));
  if (formats.includes('coco')) await write('coco.json', coco(annotated));
  return { folder: output, files, failures };
}

/** The images that the model has segmented. */
async function predicted(
  project: Project,
  model: string,
  images: readonly string[] | undefined,
): Promise<ImageEntry[]> {
  if (images !== undefined) return project.images(images);
  const done: ImageEntry[] = [];
  for (const image of project.manifest.images) {
    if ((await storeOf(project, model, image).record()) !== null) done.push(image);
  }
  if (done.length > 0) return done;
  throw new LacssError('annotation-missing', `${model} has segmented no image of this project yet.`, {
    subject: model,
    remedy: `Run lacss segment --model ${model} first.`,
  });
}

function storeOf(project: Project, model: string, { id }: ImageEntry): PredictionStore {
  return new PredictionStore(project.path('predictions', model, id));
}

async function exportedImage(
  project: Project,
  model: string,
  image: ImageEntry,
  reviewed: boolean,
): Promise<ExportedImage> {
  const kept = await storeOf(project, model, image).read();
  if (kept === null) {
    throw new LacssError('annotation-missing', `${model} has not segmented ${image.name}.`, {
      subject: image.name,
      remedy: `Run lacss segment ${image.name} --model ${model} first.`,
    });
  }
  const review = reviewed ? await project.annotation(image).read('review') : null;
  const isOfThis = review !== null && review.model === model && review.madeAt === kept.record.at;
  const { labels, contours, scores, locations } = kept.segmentation;
  if (!isOfThis) return { image, labels, contours, scores, locations };
  return { image, ...keepCells(kept.segmentation, (label) => review.marks[label - 1] < 2) };
}

async function measure(project: Project, { image, labels }: ExportedImage): Promise<CellMeasurement[]> {
  const channels = [];
  for (const [index, name] of image.channelNames.entries()) {
    channels.push({ name, plane: await loadChannel(project, image, index) });
  }
  return measureCells(labels, channels, image.pixelSizeUm);
}

/** The file of one image in one format; `null` for formats that have one file for all images. */
async function fileOf(
  project: Project,
  format: ExportFormat,
  { image, labels, contours, scores, locations }: ExportedImage,
  cells: readonly CellMeasurement[],
): Promise<{ ending: string; content: string | Uint8Array } | null> {
  switch (format) {
    case 'label-tiff':
      return { ending: '_labels.tif', content: labelTiff(labels, image.pixelSizeUm) };
    case 'imagej-rois':
      return { ending: '_rois.zip', content: imagejRoiZip(contours) };
    case 'geojson':
      return { ending: '.geojson', content: geojson(contours, { cells, scores }) };
    case 'overlay-png':
      return { ending: '_overlay.png', content: overlayPng(await loadRole(project, image, 'cells'), labels) };
    case 'locations-csv':
      return { ending: '_locations.csv', content: formatLocationsCsv(locations) };
    case 'coco':
    case 'csv':
      return null;
  }
}
