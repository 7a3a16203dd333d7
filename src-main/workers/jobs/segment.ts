import type { Failure } from '../../contract/failure.ts';
import type { SegmentSettings } from '../../contract/inference.ts';
import type { JobControl } from '../../contract/job.ts';
import type { ModelCard } from '../../contract/model-card.ts';
import type { FloatPlane, PixelSizeUm, Segmentation } from '../../contract/pixels.ts';
import type { ImageEntry, PredictionRecord } from '../../contract/project.ts';
import type { EngineChoice } from '../../engine/engine-report.ts';
import { segmentAtOwnSize } from '../../inference/segment-at-own-size.ts';
import { segmentImage } from '../../inference/segment-image.ts';
import { loadChannel } from '../../project/load-image.ts';
import { inputChannelsOf, scaleFor } from '../../project/model-inputs.ts';
import { ModelStore } from '../../project/model-store.ts';
import { PredictionStore } from '../../project/prediction-store.ts';
import type { Project } from '../../project/project.ts';
import { chosenImages } from './chosen-images.ts';
import { forEachItem } from './for-each-item.ts';
import { withModel } from './with-model.ts';
import type { LoadedModel } from './with-model.ts';

/** What decides how a model is used; everything has a default. */
export interface SegmentChoices {
  engine: EngineChoice;
  /** What differs from the usual settings. */
  settings?: Partial<SegmentSettings>;
  /** Mean diameter of a cell in px. @default the training's, or what the cells of an image show where that is another */
  diameterPx?: number;
  /** Do images anew that this model has done with the same settings. @default false */
  again?: boolean;
  /** Told of each image as it ends. */
  onImage?: (ended: EndedImage) => void;
}

/** How one image ended, by its id (in a folder its name). */
export type EndedImage =
  | ({ status: 'done' } & SegmentedImage)
  | { status: 'skipped'; image: string; cells: number }
  | { status: 'failed'; image: string; failure: Failure };

export interface SegmentParams extends SegmentChoices {
  /** A model of the project, by id or name. */
  model: string;
  /** Ids or names. @default all */
  images?: readonly string[];
}

/** One image that was segmented. */
export interface SegmentedImage {
  image: string;
  name: string;
  cells: number;
  elapsedMs: number;
  /** The mean diameter its cells were taken to have, in px of the image. */
  diameterPx: number;
}

export interface SegmentResult {
  model: string;
  done: SegmentedImage[];
  /** Images that were done before with the same model and settings. */
  skipped: string[];
  failures: Failure[];
}

/**
 * Segments images of a project with a model and keeps what it found.
 * @throws LacssError `no-images`, `model-invalid`, `engine-unavailable`, `file-unwritable`, `disk-full`, `cancelled`
 */
export async function segment(
  project: Project,
  params: SegmentParams,
  control: JobControl,
): Promise<SegmentResult> {
  project.refuseWhenReadOnly();
  const stored = await new ModelStore(project.path('models')).load(params.model);
  const result: SegmentResult = { model: stored.id, done: [], skipped: [], failures: [] };
  const images = chosenImages(project, params.images);
  const storeOf = ({ id }: ImageEntry): PredictionStore =>
    new PredictionStore(project.path('predictions', stored.id, id));
  const weightsSha256 = stored.card.weights.sha256;
  const keptFor = async (image: ImageEntry): Promise<PredictionRecord | null> => {
    const record = params.again === true ? null : await storeOf(image).record();
    if (record === null) return null;
    const parameters = parametersFor(image, stored.card, params);
    return isSameWork(record, { image, weightsSha256, parameters }) ? record : null;
  };
  await withModel(stored, params.engine, async (loaded) => {
    result.failures = await forEachItem(
      images,
      control,
      {
        message: 'Segmenting',
        nameOf: ({ name }) => name,
        onFailure: ({ id }, failure) => params.onImage?.({ status: 'failed', image: id, failure }),
      },
      async (image, part) => {
        const kept = await keptFor(image);
        if (kept !== null) {
          result.skipped.push(image.name);
          params.onImage?.({ status: 'skipped', image: image.id, cells: kept.cells });
          return;
        }
        const startMs = performance.now();
        const { diameterPx, ...segmentation } = await segmentEntry(project, image, loaded, params, part);
        const elapsedMs = performance.now() - startMs;
        const cells = segmentation.scores.length;
        await storeOf(image).write(
          {
            imageName: image.name,
            imageSha256: image.files.map(({ sha256 }) => sha256),
            weightsSha256,
            parameters: parametersFor(image, stored.card, params),
            cells,
            diameterPx,
            elapsedMs,
            at: new Date().toISOString(),
          },
          segmentation,
        );
        const done = { image: image.id, name: image.name, cells, elapsedMs, diameterPx };
        result.done.push(done);
        params.onImage?.({ status: 'done', ...done });
      },
    );
  });
  return result;
}

/** Segments one image of a project; nothing is kept. */
export async function segmentEntry(
  project: Project,
  image: ImageEntry,
  loaded: LoadedModel,
  choices: Omit<SegmentChoices, 'engine'>,
  control: JobControl,
): Promise<SizedSegmentation> {
  const planes: FloatPlane[] = [];
  for (const channel of inputChannelsOf(loaded.card, image))
    planes.push(await loadChannel(project, image, channel));
  return segmentPlanes(planes, image.pixelSizeUm, loaded, choices, control);
}

/** What was found, and the mean diameter of a cell in image px that it was found with. */
export type SizedSegmentation = Segmentation & { diameterPx: number };

/** Segments planes that are in memory, in the order of the model's channels. */
export async function segmentPlanes(
  planes: readonly FloatPlane[],
  pixelSizeUm: PixelSizeUm | null,
  { model, card }: LoadedModel,
  { settings = {}, diameterPx }: Omit<SegmentChoices, 'engine'>,
  control: JobControl,
): Promise<SizedSegmentation> {
  const options = { ...settings, scale: scaleFor(card, pixelSizeUm, diameterPx), control };
  // What a person says of the size is not put to the test.
  if (diameterPx !== undefined) {
    return { ...(await segmentImage(model.inference, planes, options)), diameterPx };
  }
  const { scale, ...found } = await segmentAtOwnSize(model.inference, planes, options);
  return { ...found, diameterPx: card.preprocessing.targetDiameterPx / scale };
}

/** The choices that decide what is found, as the record keeps them. */
export function parametersOf({ settings = {}, diameterPx }: SegmentChoices): PredictionRecord['parameters'] {
  return { ...settings, ...(diameterPx === undefined ? {} : { diameterPx }) };
}

/** The same, with which planes of the image's files they were made on. */
function parametersFor(
  image: ImageEntry,
  card: ModelCard,
  choices: SegmentChoices,
): PredictionRecord['parameters'] {
  const { plane, axes } = image;
  return { ...parametersOf(choices), plane, axes, channels: inputChannelsOf(card, image) };
}

/** Whether a kept prediction is of the same image, weights and settings. */
export function isSameWork(
  record: Pick<PredictionRecord, 'imageSha256' | 'weightsSha256' | 'parameters'>,
  wanted: {
    image: { files: readonly { sha256: string }[] };
    weightsSha256: string;
    parameters: PredictionRecord['parameters'];
  },
): boolean {
  return (
    record.weightsSha256 === wanted.weightsSha256 &&
    record.imageSha256.join() === wanted.image.files.map(({ sha256 }) => sha256).join() &&
    JSON.stringify(sorted(record.parameters)) === JSON.stringify(sorted(wanted.parameters))
  );
}

function sorted(parameters: PredictionRecord['parameters']): [string, unknown][] {
  return Object.entries(parameters).sort(([a], [b]) => a.localeCompare(b));
}
