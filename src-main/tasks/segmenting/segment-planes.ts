import type { SegmentSettings } from '../../contract/inference.ts';
import type { JobControl } from '../../contract/job.ts';
import type { ModelCard } from '../../contract/model-card.ts';
import type { CellLabels, FloatPlane, PixelSizeUm, Segmentation } from '../../contract/pixels.ts';
import { fillMissing } from '../../imaging/padding/fill-missing.ts';
import type { PlaneBand } from '../../imaging/read-plane.ts';
import { findCellSize, largestWindowPx } from '../../inference/find-cell-size.ts';
import type { Network } from '../../inference/network.ts';
import { pause } from '../../inference/pause.ts';
import { segmentAtOwnSize } from '../../inference/segment-at-own-size.ts';
import { cutByScore, segmentEvery } from '../../inference/segment-image.ts';
import type { SegmentImageOptions } from '../../inference/segment-image.ts';
import { segmentInBands } from '../../inference/segment-in-bands.ts';
import { unlikeness } from '../../model/compare-look.ts';
import { imageLook } from '../../model/image-look.ts';
import { lookInBands } from '../../model/look-in-bands.ts';
import { imageStatistics } from '../../model/prepare-in-strips.ts';
import type { BandedImage, ImageStatistics } from '../../model/prepare-in-strips.ts';
import { scaleFor } from '../../project/model-inputs.ts';

/** The choices that affect the cells found in an image. */
export interface FindingChoices {
  /** Settings that differ from the usual ones. */
  settings?: Partial<SegmentSettings>;
  /**
   * Mean diameter of a cell in px.
   * @default the training's, or that of the cells found if it differs
   */
  diameterPx?: number;
}

/** The cells found, and the assumed mean diameter of a cell in image px. */
export type SizedSegmentation = Segmentation<CellLabels> & { diameterPx: number };

/** A channel that is read on demand: whole, or in bands. Each call begins at the first band. */
export interface UnreadChannel {
  plane: () => Promise<FloatPlane>;
  bands: () => AsyncIterable<PlaneBand>;
}

/** An image on the disk: the model's channels, in their order. */
export interface UnreadImage {
  height: number;
  width: number;
  unread: readonly UnreadChannel[];
}

/** Larger images are read in bands, because each pixel in memory takes some 30 bytes. */
export const mostPixelsInMemory = 2 ** 24;

/** Reads the channels of an image; a large image stays on the disk and is read in bands. */
export async function readChannels({
  height,
  width,
  unread,
}: UnreadImage): Promise<readonly FloatPlane[] | BandedImage> {
  if (height * width > mostPixelsInMemory) {
    return { height, width, channels: unread.map(({ bands }) => bands) };
  }
  const planes: FloatPlane[] = [];
  for (const { plane } of unread) planes.push(await plane());
  return planes;
}

/** Segments an image, given as the model's channels in their order. */
export async function segmentPlanes(
  image: UnreadImage | BandedImage | readonly FloatPlane[],
  pixelSizeUm: PixelSizeUm | null,
  { network, card }: { network: Network; card: ModelCard },
  { settings = {}, diameterPx }: FindingChoices,
  control: JobControl,
): Promise<SizedSegmentation> {
  const options = { ...settings, scale: scaleFor(card, pixelSizeUm, diameterPx), control };
  const input = 'unread' in image ? await readChannels(image) : image;
  const known = 'channels' in input ? await measured(input, control) : input;
  const segmentAt = segmenterAt(network, known, options);
  // A size set by a person is not corrected.
  if (diameterPx !== undefined) return { ...cutByScore(await segmentAt(options.scale), options), diameterPx };
  const estimateSize = async (): Promise<number | null> =>
    findCellSize(network, await middleOf(known, network, control), control);
  const { scale, ...found } = await segmentAtOwnSize(segmentAt, network, {
    ...options,
    ...(card.preprocessing.anySize === true ? { estimateSize } : {}),
  });
  const unlike = found.note === undefined ? await unlikenessOf(known, card, options) : null;
  return {
    ...found,
    ...(unlike === null ? {} : { note: unlike }),
    diameterPx: card.preprocessing.targetDiameterPx / scale,
  };
}

/** An image that is read in bands, and the statistics of the whole image. */
interface ImageWithStatistics {
  image: BandedImage;
  statistics: ImageStatistics;
}

async function measured(image: BandedImage, control: JobControl): Promise<ImageWithStatistics> {
  control.onProgress({ done: 0, total: 1, message: 'Measuring intensities' });
  return { image, statistics: await imageStatistics(image, () => pause(control)) };
}

/** The planes of an image that tell the size of its cells: of an image in bands the square in its middle. */
async function middleOf(
  known: readonly FloatPlane[] | ImageWithStatistics,
  { cellDiameterPx }: Network,
  control: JobControl,
): Promise<readonly FloatPlane[]> {
  if (!('image' in known)) return known;
  const { height, width, channels } = known.image;
  const sidePx = largestWindowPx(cellDiameterPx);
  const [top, left] = [height, width].map((size) => Math.max(0, Math.floor((size - sidePx) / 2))) as [
    number,
    number,
  ];
  const rows = Math.min(height, sidePx);
  const columns = Math.min(width, sidePx);
  const planes: FloatPlane[] = [];
  for (const bands of channels) {
    const data = new Float32Array(rows * columns);
    for await (const band of bands()) {
      await pause(control);
      const first = Math.max(band.y, top);
      const end = Math.min(band.y + band.height, top + rows);
      for (let y = first; y < end; y++) {
        const start = (y - band.y) * width + left;
        data.set(band.data.subarray(start, start + columns), (y - top) * columns);
      }
      if (band.y + band.height >= top + rows) break;
    }
    planes.push(fillMissing({ height: rows, width: columns, data }));
  }
  return planes;
}

/** How an image differs from those the model learned; `null` if it does not or is unknown. */
async function unlikenessOf(
  known: readonly FloatPlane[] | ImageWithStatistics,
  { look }: ModelCard,
  { scale, control }: Pick<SegmentImageOptions, 'scale' | 'control'>,
): Promise<string | null> {
  if (look === undefined) return null;
  if (!('image' in known)) return unlikeness(imageLook(known, scale), look);
  const own = await lookInBands(known.image, known.statistics, scale, () => pause(control));
  return own === null ? null : unlikeness(own, look);
}

/** Segments the image at a scale. Values that do not depend on the scale are computed once. */
function segmenterAt(
  network: Network,
  known: readonly FloatPlane[] | ImageWithStatistics,
  options: SegmentImageOptions,
): (scale: number) => Promise<Segmentation<CellLabels>> {
  if (!('image' in known)) return (scale) => segmentEvery(network, known, { ...options, scale });
  return (scale) => segmentInBands(network, known.image, known.statistics, { ...options, scale });
}
