import { itemAt, uint8At } from '../contract/elements.ts';
import { BandFiller } from '../imaging/padding/band-filler.ts';
import { missingIn } from '../imaging/padding/missing-in.ts';
import { outsidePadding } from '../imaging/intensity/outside-padding.ts';
import { paddingOf } from '../imaging/padding/padding-runs.ts';
import { planeOfChannel, lookMarginPx, LookSums } from './image-look.ts';
import type { LookFigures } from './image-look.ts';
import { PreparedStrips } from './prepare-in-strips.ts';
import type { BandedImage, ImageStatistics } from './prepare-in-strips.ts';

/** Rows of a strip of the network's image, and the most pixels of all strips. */
const stripRows = 64;
const mostPixels = 2 ** 22;

/**
 * The look of an image that is too large to be held, as `imageLook`. The contrast is from all pixels. The
 * other figures are from evenly spread strips, some four million pixels of the network's image.
 *
 * @param statistics of the image, from `imageStatistics`
 * @param scale by which the network sees it: new size / old size
 * @param pace called between parts; may throw to cancel.
 * @returns `null` if no strip shows anything
 * @throws what the image's bands and `pace` throw.
 */
export async function lookInBands(
  image: BandedImage,
  { channels, padding }: ImageStatistics,
  scale: number,
  pace: () => Promise<void>,
): Promise<LookFigures[] | null> {
  const sums = image.channels.map(() => new LookSums());
  const shown = image.channels.map(
    (bands, channel) =>
      async function* () {
        const filler = new BandFiller(itemAt(channels, channel).mean);
        for await (const band of bands()) {
          await pace();
          const own = padding === null ? missingIn(band.data) : paddingOf(padding, band);
          itemAt(sums, channel).addPixels(outsidePadding(band.data, own));
          yield filler.fill(band, own);
        }
      },
  );
  const strips = new PreparedStrips({ ...image, channels: shown }, channels, scale);
  const { height, width } = strips;
  let counted = 0;
  for (const top of stripTops(height, width)) {
    const end = Math.min(height, top + stripRows);
    const first = Math.max(0, top - lookMarginPx);
    const part = await strips.strip(first, Math.min(height, end + lookMarginPx));
    const isPadding = padding === null ? null : preparedPadding(image, strips, padding, first, part.height);
    const rows = { from: top - first, to: end - first };
    for (const [channel, own] of sums.entries())
      own.addPrepared(planeOfChannel(part, channel), rows, isPadding);
    for (let i = rows.from * width; i < rows.to * width; i++) counted += 1 - (isPadding?.[i] ?? 0);
    await pace();
  }
  await strips.close();
  return counted === 0 ? null : sums.map((own) => own.look());
}

/** The first row of each strip. */
function stripTops(height: number, width: number): number[] {
  const count = Math.ceil(height / stripRows);
  const step = Math.max(1, Math.ceil((count * stripRows * width) / mostPixels));
  const tops: number[] = [];
  for (let k = Math.min(count - 1, (step - 1) >> 1); k < count; k += step) tops.push(k * stripRows);
  return tops;
}

/** The padding of some rows of the network's image, as `prepareImage` has it. */
function preparedPadding(
  image: BandedImage,
  { height, width }: PreparedStrips,
  padding: NonNullable<ImageStatistics['padding']>,
  top: number,
  rows: number,
): Uint8Array {
  const isPadding = new Uint8Array(rows * width);
  for (let y = 0; y < rows; y++) {
    const row = Math.floor(((top + y + 0.5) * image.height) / height);
    const source = paddingOf(padding, { y: row, height: 1, width: image.width });
    for (let x = 0; x < width; x++) {
      isPadding[y * width + x] = uint8At(source, Math.floor(((x + 0.5) * image.width) / width));
    }
  }
  return isPadding;
}
