import { LacssError } from '../../contract/errors.ts';
import type { Failure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';
import type { ModelCard } from '../../contract/model-card.ts';
import type { FloatPlane } from '../../contract/pixels.ts';
import type { ImageEntry, PredictionRecord } from '../../contract/project.ts';
import type { EngineChoice } from '../../engine/engine-report.ts';
import { networkOf } from '../../inference/network-of.ts';
import { loadChannel } from '../../project/load-image.ts';
import { inputChannelsOf } from '../../project/model-inputs.ts';
import { ModelStore } from '../../project/model-store.ts';
import type { PredictionStore } from '../../project/prediction-store.ts';
import type { Project } from '../../project/project.ts';
import { SerialQueue } from '../../project/serial-queue.ts';
import { isSameWork } from './is-same-work.ts';
import type { NetworkChoice } from './networks.ts';
import { segmentPlanes } from './segment-planes.ts';
import type { FindingChoices, SizedSegmentation } from './segment-planes.ts';
import { withSegmenter } from './segmenter.ts';
import type { SegmentingReport } from './segmenter.ts';
import { chosenImages } from '../chosen-images.ts';
import { forEachItem } from '../for-each-item.ts';
import type { LoadedModel } from '../models/with-model.ts';

/** What decides how a model is used; everything has a default. */
export interface SegmentChoices extends FindingChoices {
  engine: EngineChoice;
  /** How many networks compute side by side. @default 'measured' */
  networks?: NetworkChoice;
  /** Do images anew that this model has done with the same settings. @default false */
  again?: boolean;
  /** Told of each image as its turn comes and as it ends; several are under way at a time. */
  onImage?: (news: ImageNews) => void;
}

/** How it goes with one image, by its id (in a folder its name). */
export type ImageNews =
  | { status: 'started'; image: string }
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
  /** From its file to its results, without waiting for its turn. */
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
  /** What it was computed with. */
  computedBy: SegmentingReport | null;
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
  const result: SegmentResult = { model: stored.id, done: [], skipped: [], failures: [], computedBy: null };
  const images = chosenImages(project, params.images);
  const weightsSha256 = stored.card.weights.sha256;
  const keptFor = async (image: ImageEntry): Promise<PredictionRecord | null> => {
    const record = params.again === true ? null : await recordOrNone(project.prediction(stored.id, image));
    if (record === null) return null;
    const parameters = parametersFor(image, stored.card, params);
    return isSameWork(record, { image, weightsSha256, parameters }) ? record : null;
  };
  const done = new Map<string, SegmentedImage>();
  const skipped = new Set<string>();
  const choices = findingChoicesOf(params);
  // One after the other: two writers would put two images' files on the disk half the time each, and gain nothing.
  const writing = new SerialQueue();
  const { engine, networks } = params;
  await withSegmenter(stored, { engine, networks, images: images.length }, async (segmenter) => {
    result.failures = await forEachItem(
      images,
      control,
      {
        message: 'Segmenting',
        nameOf: ({ name }) => name,
        atOnce: segmenter.atOnce,
        onStart: ({ id }) => params.onImage?.({ status: 'started', image: id }),
        onFailure: ({ id }, failure) => params.onImage?.({ status: 'failed', image: id, failure }),
      },
      async (image, part) => {
        const kept = await keptFor(image);
        if (kept !== null) {
          skipped.add(image.name);
          params.onImage?.({ status: 'skipped', image: image.id, cells: kept.cells });
          return;
        }
        const given = { folder: project.folder, image, choices };
        const { files, ...found } = await segmenter.run('entry', given, part);
        await writing.run(() =>
          project.prediction(stored.id, image).write(
            {
              imageName: image.name,
              imageSha256: image.files.map(({ sha256 }) => sha256),
              weightsSha256,
              parameters: parametersFor(image, stored.card, params),
              ...found,
              computedBy: segmenter.computedBy,
              at: new Date().toISOString(),
            },
            files,
          ),
        );
        const segmented = { image: image.id, name: image.name, ...found };
        done.set(image.id, segmented);
        params.onImage?.({ status: 'done', ...segmented });
      },
    );
    result.computedBy = segmenter.report();
  });
  // Images may end in another order than they were asked for in.
  result.done = images.flatMap(({ id }) => done.get(id) ?? []);
  result.skipped = images.map(({ name }) => name).filter((name) => skipped.has(name));
  return result;
}

/** A record that cannot be read is no reason against segmenting the image again, which is the way out. */
async function recordOrNone(store: PredictionStore): Promise<PredictionRecord | null> {
  return store.record().catch((error: unknown) => {
    if (error instanceof LacssError && error.code === 'file-damaged') return null;
    throw error;
  });
}

/** Segments one image of a project; nothing is kept. */
export async function segmentEntry(
  project: Project,
  image: ImageEntry,
  loaded: LoadedModel,
  choices: FindingChoices,
  control: JobControl,
): Promise<SizedSegmentation> {
  const planes: FloatPlane[] = [];
  for (const channel of inputChannelsOf(loaded.card, image))
    planes.push(await loadChannel(project, image, channel));
  const network = networkOf(loaded.model.inference);
  return segmentPlanes(planes, image.pixelSizeUm, { network, card: loaded.card }, choices, control);
}

/** The choices that decide what is found. */
export function findingChoicesOf({ settings, diameterPx }: SegmentChoices): FindingChoices {
  return {
    ...(settings === undefined ? {} : { settings }),
    ...(diameterPx === undefined ? {} : { diameterPx }),
  };
}

/** The same as the record keeps them. */
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
