import type { FloatPlane } from '../contract/pixels.ts';
import { clipAndStandardise } from '../imaging/intensity/clip-and-standardise.ts';
import { standardised } from '../imaging/intensity/clipped-statistics.ts';
import type { ClippedStatistics } from '../imaging/intensity/clipped-statistics.ts';
import { resizePlane } from '../imaging/resample/resize-plane.ts';

/** An image prepared for the network: standardised, rescaled, channels last. */
export interface PreparedImage {
  height: number;
  width: number;
  channels: number;
  /** [height, width, channels] */
  data: Float32Array;
  /** [height, width]: 1 where no channel shows anything; absent where all of the image does. */
  padding?: Uint8Array;
}

/** Values below are mostly dead pixels, values above mostly debris. Neither should set the contrast. */
export const clipPercentiles = { low: 1, high: 99.9 } as const;

/**
 * The preprocessing for training and inference. Each channel is clipped to its percentiles and scaled to mean
 * 0 and variance 1 over the whole image. Then the image is resized so that cells have the preset's size.
 *
 * @param planes the channels, in the model's order, all [height, width]
 * @param scale new size / old size
 * @param ownPadding [height, width]: 1 where no channel shows anything. These pixels count for no percentile
 * and no mean.
 * @param statistics of each channel, if the planes are a part of an image. @default those of the planes
 * @returns an image of round(height · scale) × round(width · scale), at least 1 × 1
 * @throws RangeError without a plane, if the planes differ in size, or if `scale` is not above 0
 */
export function prepareImage(
  planes: readonly FloatPlane[],
  scale: number,
  ownPadding: Uint8Array | null = null,
  statistics: readonly ClippedStatistics[] | null = null,
): PreparedImage {
  const [first] = planes;
  if (first === undefined) throw new RangeError('An image needs at least one plane, received none');
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw new RangeError(`scale must be above 0, received ${scale}`);
  }
  const height = Math.max(1, Math.round(first.height * scale));
  const width = Math.max(1, Math.round(first.width * scale));
  const channels = planes.length;
  const data = new Float32Array(height * width * channels);
  planes.forEach((plane, channel) => {
    if (plane.height !== first.height || plane.width !== first.width) {
      throw new RangeError(
        `All planes must be ${first.height} × ${first.width}, received ${plane.height} × ${plane.width}`,
      );
    }
    const known = statistics?.[channel];
    const standard =
      known === undefined
        ? clipAndStandardise(plane, clipPercentiles.low, clipPercentiles.high, ownPadding)
        : { ...plane, data: standardised(plane.data, known) };
    const resized = scale === 1 ? standard : resizePlane(standard, height, width);
    for (let i = 0; i < resized.data.length; i++) data[i * channels + channel] = resized.data[i]!;
  });
  if (ownPadding === null) return { height, width, channels, data };
  const padding = new Uint8Array(height * width);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * first.height) / height) * first.width;
    for (let x = 0; x < width; x++, i++) {
      padding[i] = ownPadding[row + Math.floor(((x + 0.5) * first.width) / width)]!;
    }
  }
  return { height, width, channels, data, padding };
}
