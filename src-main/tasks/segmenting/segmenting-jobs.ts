import type { ModelCard } from '../../contract/model-card.ts';
import type { ImageEntry, PredictionRecord } from '../../contract/project-files.ts';
import type { FocusChoice, Projection } from '../../contract/stack-planes.ts';
import { labelTiff } from '../../formats/label-tiff.ts';
import { instanceLabels } from '../../imaging/label/instance-labels.ts';
import type { PixelSource } from '../../imaging/source/pixel-source.ts';
import { projectFocalPlanes } from '../../imaging/projection/project-focal-planes.ts';
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
import { chosenPlanes, usedPlane } from '../images/chosen-planes.ts';
import type { ChosenPlane } from '../images/chosen-planes.ts';
import { chooseRoles } from '../images/choose-roles.ts';
import type { WantedRoles } from '../images/choose-roles.ts';
import { isSameWork } from './is-same-work.ts';
import { segmentPlanes } from './segment-planes.ts';
import type { FindingChoices } from './segment-planes.ts';
import { isBelowScore, leastScore } from '../../contract/is-below-score.ts';
import { cutByScore } from '../../inference/segment-image.ts';
import { askedNetwork } from './segment-questions.ts';
import type { NetworkFacts, SegmentQuestion } from './segment-questions.ts';

/** The plane of each stack to segment. */
export interface OnePlane {
  /** From 0, or a projection of all focal planes. @default 0 */
  focus?: Exclude<FocusChoice, 'each'>;
  /** From 0. @default 0 */
  time?: number;
}

interface CommonParams {
  network: NetworkFacts;
  card: ModelCard;
  choices: FindingChoices;
}

/** The result of an image, ready to be written. */
export interface FoundFiles<Files> {
  files: Files;
  cells: number;
  /** Cells below the model's minimum score. They are hidden in Review and not in label images. */
  belowScore: number;
  diameterPx: number;
  /** Why nothing was found, in one sentence, if the image is the reason. */
  note?: string;
}

/** The result of an image without a project. If it was segmented before, only the number of cells. */
export type GroupFiles = { imageSha256: string[] } & (
  | { status: 'skipped'; cells: number }
  | ({ status: 'done' } & FoundFiles<{ labels: Uint8Array; cells: string }>)
);

/**
 * All steps of a segmentation except the network, from the file to the bytes of the results. The network is
 * requested, and nothing is written. With several images this code runs in threads, with one image in the
 * job.
 */
export const segmentingJobs = {
  /** Loads the code before the first image. */
  wake: (): Promise<null> => Promise.resolve(null),

  /** @param params.folder the project's folder */
  entry: async (
    { folder, sources, image, network, card, choices }: CommonParams & SourceReader & { image: ImageEntry },
    control: WorkerJobControl,
  ): Promise<FoundFiles<PredictionFiles>> => {
    const { signal } = control;
    await askForPixels(image, control);
    const { height, width } = image;
    const unread = inputChannelsOf(card, image).map((channel) => ({
      plane: () => loadChannel({ folder, sources }, image, channel, { signal }),
      bands: () => channelBands({ folder, sources }, image, channel, signal),
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

  /** @param params.known the record of an earlier segmentation. The same work is not done again. */
  group: async (
    {
      group,
      roles,
      planes,
      known,
      wanted,
      network,
      card,
      choices,
    }: CommonParams & {
      group: ImageGroup;
      roles: WantedRoles;
      planes: OnePlane;
      known: PredictionRecord | undefined;
      wanted: Pick<PredictionRecord, 'weightsSha256' | 'parameters'>;
    },
    control: WorkerJobControl,
  ): Promise<GroupFiles> => {
    const { signal } = control;
    const content = await readImageGroup(group, null, signal);
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
    const { height, width, sizes } = content;
    const [{ plane }] = chosenPlanes(sizes, planes, group.name) as [ChosenPlane];
    const unread = channels.map((channel) => {
      const place = { ...placeOf(content, channel, group, plane.projection), t: plane.t, z: plane.z };
      return {
        plane: () => readPlane(place.source, place, group.name, { signal }),
        bands: () => planeBands(place.source, place, group.name, { signal }),
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
    // Without a chosen minimum score, the model's counts, as in Review.
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
      ...noteOf(withPlane(found, usedPlane(sizes, plane))),
    };
  },
};

/** The note of a segmentation, and which plane of a stack was used. */
function withPlane({ note }: { note?: string }, used: string | null): { note?: string } {
  if (used === null) return note === undefined ? {} : { note };
  const said = `uses ${used} (--focus and --time choose)`;
  return { note: note === undefined ? said : `${said}. ${note}` };
}

/** The minimum score of a model's cells, if no other is set. */
export function ownMinScore({ calibration }: ModelCard): number {
  return leastScore({ minScore: null }, calibration?.minScore);
}

function countBelow(scores: Float32Array, least: number): number {
  return scores.reduce((count, score) => count + (isBelowScore(0, score, least) ? 1 : 0), 0);
}

/** The note of a segmentation, if it has one. */
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

/** The file of a group's channel, and the index of the channel in it. */
function placeOf(
  { sources }: ImageGroupContent,
  channel: number,
  { name }: ImageGroup,
  projection: Projection | undefined,
): { source: PixelSource; channel: number } {
  let first = 0;
  for (const source of sources) {
    if (channel < first + source.shape.c) {
      const seen = projection === undefined ? source : projectFocalPlanes(source, projection);
      return { source: seen, channel: channel - first };
    }
    first += source.shape.c;
  }
  throw new RangeError(`channel ${channel} of ${name}; expected less than ${first}`);
}
