import { LacssError } from '../../contract/errors.ts';
import type { JobControl } from '../../contract/job.ts';
import type { ModelCard } from '../../contract/model-card.ts';
import type { ImageEntry, PredictionRecord } from '../../contract/project-files.ts';
import { networkOf } from '../../inference/network-of.ts';
import { channelBands, loadChannel } from '../../project/load-image.ts';
import { inputChannelsOf } from '../../project/model-inputs.ts';
import type { PredictionStore } from '../../project/prediction-store.ts';
import type { Project } from '../../project/project.ts';
import { isSameWork } from './is-same-work.ts';
import { findingChoicesOf, parametersOf, segmentEach } from './segment-each.ts';
import type { Segmentable, SegmentChoices, SegmentResult } from './segment-each.ts';
import { segmentPlanes } from './segment-planes.ts';
import type { FindingChoices, SizedSegmentation } from './segment-planes.ts';
import { chosenImages } from '../chosen-images.ts';
import { isPredictionNeeded } from '../review/review-history.ts';
import type { LoadedModel } from '../models/with-model.ts';

export interface SegmentParams extends SegmentChoices {
  /** A model of the project, by id or name. */
  model: string;
  /** Ids or names. @default all */
  images?: readonly string[];
}

/**
 * Segments images of a project with a model and saves the predictions.
 * @throws LacssError `no-images`, `model-invalid`, `engine-unavailable`, `file-unwritable`, `disk-full`,
 *   `cancelled`
 */
export async function segmentProject(
  project: Project,
  params: SegmentParams,
  control: JobControl,
): Promise<SegmentResult> {
  project.refuseWhenReadOnly();
  const stored = await project.models.load(params.model);
  const { calibration } = stored.card;
  const weightsSha256 = stored.card.weights.sha256;
  const choices = findingChoicesOf(params);
  const items = chosenImages(project, params.images).map((image): Segmentable => {
    const store = project.prediction(stored.id, image);
    return {
      id: image.id,
      name: image.name,
      run: async (segmenter, part) => {
        const parameters = parametersFor(image, stored.card, params);
        const record = params.again === true ? null : await recordOrNone(store);
        if (record !== null && isSameWork(record, { image, weightsSha256, parameters }))
          return { status: 'skipped', cells: record.cells };
        const { files, belowScore, note, ...found } = await segmenter
          .run('entry', { folder: project.folder, sources: project.sources, image, choices }, part)
          .catch(async (error: unknown) => {
            // If the project folder is missing, that is the error, not the missing file. It ends the whole
            // job.
            await project.requireThere();
            throw error;
          });
        return {
          status: 'done',
          ...found,
          belowScore,
          ...(note === undefined ? {} : { note }),
          keep: () =>
            store.write(
              {
                imageName: image.name,
                imageSha256: image.files.map(({ sha256 }) => sha256),
                weightsSha256,
                parameters,
                ...found,
                ...(note === undefined ? {} : { note }),
                ...(calibration === undefined ? {} : { modelMinScore: calibration.minScore }),
                computedBy: segmenter.computedBy,
                at: new Date().toISOString(),
              },
              files,
              (madeAt) => isPredictionNeeded(project, image, { model: stored.id, madeAt }),
            ),
        };
      },
    };
  });
  return { model: stored.id, ...(await segmentEach(stored, items, params, control)) };
}

/** An unreadable record counts as none, because segmenting the image again repairs it. */
async function recordOrNone(store: PredictionStore): Promise<PredictionRecord | null> {
  return store.record().catch((error: unknown) => {
    if (error instanceof LacssError && error.code === 'file-damaged') return null;
    throw error;
  });
}

/** Segments one image of a project. Nothing is saved. */
export async function segmentEntry(
  project: Project,
  image: ImageEntry,
  loaded: LoadedModel,
  choices: FindingChoices,
  control: JobControl,
): Promise<SizedSegmentation> {
  const { card, model } = loaded;
  const { height, width, pixelSizeUm } = image;
  const unread = inputChannelsOf(card, image).map((channel) => ({
    plane: () => loadChannel(project, image, channel, control),
    bands: () => channelBands(project, image, channel, control.signal),
  }));
  const network = networkOf(model.inference);
  return segmentPlanes({ height, width, unread }, pixelSizeUm, { network, card }, choices, control);
}

/** The choices in the form of the record, with the planes of the image's files that were used. */
function parametersFor(
  image: ImageEntry,
  card: ModelCard,
  choices: SegmentChoices,
): PredictionRecord['parameters'] {
  const { plane, axes } = image;
  return { ...parametersOf(choices), plane, axes, channels: inputChannelsOf(card, image) };
}
