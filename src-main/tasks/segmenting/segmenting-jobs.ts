import type { ModelCard } from '../../contract/model-card.ts';
import type { ImageEntry, PredictionRecord } from '../../contract/project-files.ts';
import { labelTiff } from '../../formats/label-tiff.ts';
import { instanceLabels } from '../../imaging/label/instance-labels.ts';
import type { PixelSource } from '../../imaging/pixel-source.ts';
import { planeBands, readPlane } from '../../imaging/read-plane.ts';
import { cellsText } from '../../project/cell-table.ts';
import { channelBands, loadChannel } from '../../project/load-image.ts';
import type { SourceReader } from '../../project/locate-image-file.ts';
import { inputChannelsOf } from '../../project/model-inputs.ts';
import { predictionFiles } from '../../project/prediction-store.ts';
import type { PredictionFiles } from '../../project/prediction-store.ts';
import { readImageGroup } from '../../project/read-image-group.ts';
import type { ImageGroup, ImageGroupContent } from '../../project/read-image-group.ts';
import type { WorkerJobControl } from '../../processes/job-messages.ts';
import { chooseRoles } from '../images/choose-roles.ts';
import type { WantedRoles } from '../images/choose-roles.ts';
import { isSameWork } from './is-same-work.ts';
import { segmentPlanes } from './segment-planes.ts';
import type { FindingChoices } from './segment-planes.ts';
import { isBelowScore, leastScore } from '../../contract/is-below-score.ts';
import { cutByScore } from '../../inference/segment-image.ts';
import { askedNetwork } from './segment-questions.ts';
import type { NetworkFacts, SegmentQuestion } from './segment-questions.ts';

interface CommonParams {
  network: NetworkFacts;
  card: ModelCard;
  choices: FindingChoices;
}

/** What was found in an image, as it is to be written. */
export interface FoundFiles<Files> {
  files: Files;
  cells: number;
  /** Cells below the model's minimum score: hidden in Review, left out of label images. */
  belowScore: number;
  diameterPx: number;
  /** Why nothing was found, in one sentence, where the image itself says so. */
  note?: string;
}

/** What was found in an image without a project; of one that was done before, how many cells. */
export type GroupFiles = { imageSha256: string[] } & (
  | { status: 'skipped'; cells: number }
  | ({ status: 'done' } & FoundFiles<{ labels: Uint8Array; cells: string }>)
);

/**
 * Everything that segmenting an image takes besides the network, from its file to the bytes of its results:
 * the network is asked for, nothing is written. The same code runs in a thread, where there are several
 * images, and where the network is.
 */
export const segmentingJobs = {
  /** Loads the code, while there is nothing to do yet. */
  wake: (): Promise<null> => Promise.resolve(null),

  /** @param params.folder the project's, with what it may read */
  entry: async (
    { folder, sources, image, network, card, choices }: CommonParams & SourceReader & { image: ImageEntry },
    control: WorkerJobControl,
  ): Promise<FoundFiles<PredictionFiles>> => {
    await askForPixels(image, control);
    const { height, width } = image;
    const unread = inputChannelsOf(card, image).map((channel) => ({
      plane: () => loadChannel({ folder, sources }, image, channel),
      bands: () => channelBands({ folder, sources }, image, channel),
    }));
    const asked = { network: askedNetwork(network, control), card };
    const found = await segmentPlanes({ height, width, unread }, image.pixelSizeUm, asked, choices, control);
    return {
      files: predictionFiles(found),
      cells: found.scores.length,
      belowScore: countBelow(found.scores, ownMinScore(card)),
      diameterPx: found.diameterPx,
      ...noteOf(found),
    };
  },

  /** @param params.known what was done of it before: where that is the same work, it is not done again */
  group: async (
    {
      group,
      roles,
      known,
      wanted,
      network,
      card,
      choices,
    }: CommonParams & {
      group: ImageGroup;
      roles: WantedRoles;
      known: PredictionRecord | undefined;
      wanted: Pick<PredictionRecord, 'weightsSha256' | 'parameters'>;
    },
    control: WorkerJobControl,
  ): Promise<GroupFiles> => {
    const content = await readImageGroup(group);
    const imageSha256 = content.files.map(({ sha256 }) => sha256);
    if (known !== undefined && isSameWork(known, { ...wanted, image: content })) {
      return { status: 'skipped', cells: known.cells, imageSha256 };
    }
    await askForPixels(content, control);
    const channels = inputChannelsOf(card, {
      ...content,
      name: group.name,
      roles: chooseRoles(content, roles, group.name),
    });
    const { height, width } = content;
    const unread = channels.map((channel) => {
      const place = placeOf(content, channel, group);
      return {
        plane: () => readPlane(place.source, place, group.name),
        bands: () => planeBands(place.source, place, group.name),
      };
    });
    const asked = { network: askedNetwork(network, control), card };
    const found = await segmentPlanes(
      { height, width, unread },
      content.pixelSizeUm,
      asked,
      choices,
      control,
    );
    // Without a minimum score of one's own, the model's counts, as in Review.
    const isCut = choices.settings?.minScore === undefined || choices.settings.minScore === null;
    const shown = isCut ? cutByScore(found, { minScore: ownMinScore(card) }) : found;
    const { labels, scores, locations } = shown;
    const files = {
      labels: labelTiff(labels, content.pixelSizeUm),
      cells: cellsText(instanceLabels(labels), scores, locations),
    };
    return {
      status: 'done',
      files,
      cells: scores.length,
      belowScore: found.scores.length - scores.length,
      diameterPx: found.diameterPx,
      imageSha256,
      ...noteOf(found),
    };
  },
};

/** The minimum score of a model's cells where nobody sets another. */
export function ownMinScore({ calibration }: ModelCard): number {
  return leastScore({ minScore: null }, calibration?.minScore);
}

function countBelow(scores: Float32Array, least: number): number {
  return scores.reduce((count, score) => count + (isBelowScore(0, score, least) ? 1 : 0), 0);
}

/** The note of a segmentation, for those that have one. */
function noteOf({ note }: { note?: string }): { note?: string } {
  return note === undefined ? {} : { note };
}

export type SegmentingJobs = typeof segmentingJobs;

async function askForPixels(
  { height, width }: { height: number; width: number },
  control: WorkerJobControl,
): Promise<void> {
  await control.ask({ kind: 'pixels', pixels: height * width } satisfies SegmentQuestion);
}

/** The file that holds a channel of a group, and which channel of the file it is. */
function placeOf(
  { sources }: ImageGroupContent,
  channel: number,
  { name }: ImageGroup,
): { source: PixelSource; channel: number } {
  let first = 0;
  for (const source of sources) {
    if (channel < first + source.shape.c) return { source, channel: channel - first };
    first += source.shape.c;
  }
  throw new RangeError(`channel ${channel} of ${name}; expected less than ${first}`);
}
