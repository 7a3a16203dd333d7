import type { Dtype, PixelArray, Raster } from '../../contract/pixels.ts';
import { decodePage } from './decode-page.ts';
import { narrowWideIntegers } from './narrow-wide-integers.ts';
import { readPageLayout, tooLarge, type PageLayout } from './page-layout.ts';
import { planAxes } from './plan-axes.ts';
import { readDirectories } from './read-directories.ts';
import { readImageJMetadata } from './read-imagej-metadata.ts';
import { damagedTiff, unsupportedTiff } from './refusals.ts';
import { Tag } from './tags.ts';

export interface ReadTiffOptions {
  signal?: AbortSignal;
  /** The most pixels of all planes together. @default 2 ** 28 */
  maxPixels?: number;
  /** How the planes follow one another, where a person has said it (`stackAxesSchema`). @default what the file says, or a guess */
  axes?: string | null;
}

/**
 * Reads a TIFF: its first image with all time points, focal planes and channels, in the numbers the file holds.
 *
 * Reads 1- to 32-bit and 64-bit unsigned, 8- to 64-bit signed integers and 16- to 64-bit reals, of either byte order, in strips or
 * tiles, plain or compressed (LZW, deflate, PackBits, JPEG, Zstandard), samples side by side or apart, TIFF and BigTIFF; axes, channel
 * names and calibration by OME-XML, ImageJ, tifffile or the resolution tags. Colour images give a channel a sample; indexed colour
 * gives its indices. Halves and 24-bit reals become float32, 64-bit integers the smallest dtype that holds them.
 *
 * The file is checked before a pixel is decoded, and every strip must be complete: missing data are refused, never filled in.
 *
 * @param fileName what the file is called in messages; OME-TIFF sets of several files also find their own planes by it.
 * @throws LacssError `file-unsupported`, `file-damaged`, `cancelled`, `setting-invalid` where the planes don't fill the axes.
 */
export async function readTiff(
  bytes: Uint8Array,
  fileName: string,
  options: ReadTiffOptions = {},
): Promise<Raster> {
  const { signal, maxPixels = 2 ** 28, axes = null } = options;
  const directories = readDirectories(bytes, fileName);
  const first = readPageLayout(directories[0]!, bytes, fileName, maxPixels);
  const stackLength = readStackLength(directories.length, directories[0]!.text(Tag.ImageDescription), first);
  if (directories[0]!.count(Tag.MetaMorphPlanes) > 1 && directories.length === 1) {
    throw unsupportedTiff(fileName, 'it is a MetaMorph stack (STK), which keeps planes where TIFF has none');
  }
  const plan = planAxes(directories, first, stackLength ?? directories.length, fileName, axes);

  const planes: PixelArray[] = [];
  for (const index of plan.pages) {
    const layout =
      stackLength === null
        ? index === 0
          ? first
          : readPageLayout(directories[index]!, bytes, fileName, maxPixels)
        : stackPage(first, index, bytes, fileName);
    requireSameKind(layout, first, fileName);
    const planeCount = planes.length + layout.samples;
    if (planeCount * layout.width * layout.height > maxPixels) {
      throw tooLarge(fileName, layout.page, layout.width, layout.height, planeCount, maxPixels);
    }
    planes.push(...(await decodePage(layout, bytes, fileName, signal)));
  }
  const wideIntegers = first.bits === 64 && first.kind !== 'float';
  const narrowed = wideIntegers ? narrowWideIntegers(planes, fileName) : planes;
  return {
    height: first.height,
    width: first.width,
    dtype: dtypeOf(narrowed[0]!),
    sizes: plan.sizes,
    ...(first.samples === 1 ? {} : { samplesPerPage: first.samples }),
    planes: narrowed,
    channelNames: plan.channelNames,
    pixelSizeUm: plan.pixelSizeUm,
  };
}

/**
 * How many planes ImageJ keeps in one stretch behind the only page, as it does with stacks beyond 4 GB and as others
 * do to save time; `null` where every plane has a page.
 */
function readStackLength(
  pageCount: number,
  description: string | undefined,
  layout: PageLayout,
): number | null {
  const imageJ = description === undefined ? null : readImageJMetadata(description);
  const contiguous = imageJ !== null && pageCount === 1 && imageJ.images > 1 && layout.compression === 'none';
  return contiguous ? imageJ.images : null;
}

/** Plane `index` of a stack that lies in one stretch, as one strip. */
function stackPage(first: PageLayout, index: number, bytes: Uint8Array, fileName: string): PageLayout {
  const length = Math.ceil((first.width * first.height * first.samples * first.bits) / 8);
  const start = first.blocks[0]!.start + index * length;
  const end = start + length;
  if (end > bytes.length) {
    throw damagedTiff(fileName, `its pixels should reach byte ${end}, but it ends at byte ${bytes.length}`);
  }
  return {
    ...first,
    page: index + 1,
    tiled: false,
    blockHeight: first.height,
    blockWidth: first.width,
    blocks: first.separate ? separateBlocks(start, length, first.samples) : [{ start, end }],
  };
}

function separateBlocks(start: number, length: number, samples: number): { start: number; end: number }[] {
  const each = length / samples;
  return Array.from({ length: samples }, (_, i) => ({
    start: start + i * each,
    end: start + (i + 1) * each,
  }));
}

function requireSameKind(layout: PageLayout, first: PageLayout, fileName: string): void {
  const same =
    layout.width === first.width &&
    layout.height === first.height &&
    layout.samples === first.samples &&
    layout.bits === first.bits &&
    layout.kind === first.kind;
  if (!same) {
    const tell = (page: PageLayout): string =>
      `page ${page.page} is ${page.width} × ${page.height} pixels of ${page.samples} × ${page.bits} bits`;
    throw unsupportedTiff(
      fileName,
      `its pages differ: ${tell(first)}, ${tell(layout)}`,
      'Save the pages as files of their own, and add the one you mean.',
    );
  }
}

function dtypeOf(plane: PixelArray): Dtype {
  return plane.constructor.name.replace('Array', '').toLowerCase() as Dtype;
}
