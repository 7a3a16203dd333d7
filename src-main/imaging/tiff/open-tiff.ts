import { itemAt, numberAt } from '../../contract/elements.ts';
import type { Dtype, PixelArray } from '../../contract/pixels.ts';
import {
  completeRequest,
  type FullTileRequest,
  type LevelSize,
  type PixelSource,
} from '../source/pixel-source.ts';
import type { RandomAccess } from '../source/random-access.ts';
import { dtypeOf } from './decode-samples.ts';
import type { TagDirectory } from './tag-directory.ts';
import { narrowestDtype, rangeOf, type ValueRange } from './narrow-wide-integers.ts';
import { readPageLayout, type PageLayout } from './page-layout.ts';
import { planAxes, type AxesPlan } from './plan-axes.ts';
import { readAperioDescription } from './read-aperio-description.ts';
import { readDirectories, type TiffDirectories } from './read-directories.ts';
import { readImageJMetadata } from './read-imagej-metadata.ts';
import { readBands, readRegion } from './read-page.ts';
import { damagedTiff, unsupportedTiff } from './refusals.ts';
import { Tag } from './tags.ts';

export interface OpenTiffOptions {
  signal?: AbortSignal | undefined;
  /**
   * The order of the planes, if a person has set it (`stackAxesSchema`). @default from the file, or assumed
   */
  axes?: string | null;
}

/** Number of page layouts kept; a layout of many strips takes a megabyte. */
const keptLayouts = 16;

/**
 * Opens a TIFF: reads its tags, and pixels on request.
 *
 * Reads TIFF and BigTIFF of either byte order, in strips or tiles, with interleaved or separate samples.
 * Numbers are 1- to 32-bit and 64-bit unsigned integers, 8- to 64-bit signed integers, or 16- to 64-bit
 * reals. Blocks are plain or compressed (LZW, deflate, PackBits, JPEG, Zstandard). Axes, channel names and
 * calibration come from OME-XML, ImageJ, Aperio, tifffile or the resolution tags. Colour images give one
 * channel per sample; indexed colour gives its indices. Halves and 24-bit reals become float32, 64-bit
 * integers the smallest dtype that holds them.
 *
 * @param fileName the file's name in messages; OME-TIFF sets of several files also find their own planes by
 *   it.
 * @returns one source per image: OME-TIFF may hold several positions or series.
 * @throws LacssError `file-unsupported`, `file-damaged`, `cancelled`; `setting-invalid` if the planes do not
 *   fill the axes.
 */
export async function openTiff(
  file: RandomAccess,
  fileName: string,
  { signal, axes = null }: OpenTiffOptions = {},
): Promise<PixelSource[]> {
  const directories = await readDirectories(file, fileName);
  const { pages } = directories;
  const first = await itemAt(pages, 0).load();
  if (first.count(Tag.MetaMorphPlanes) > 1 && pages.length === 1) {
    throw unsupportedTiff(fileName, 'it is a MetaMorph stack (STK), which stores planes where TIFF has none');
  }
  const layouts = new LayoutCache(directories, file, fileName);
  const firstLayout = await layouts.of(first);
  const stackLength = readStackLength(pages.length, first.text(Tag.ImageDescription), firstLayout);
  if (stackLength !== null) requireStack(firstLayout, stackLength, file.size, fileName);
  const layoutOf = (page: number): Promise<PageLayout> =>
    stackLength === null ? layouts.of(itemAt(pages, page)) : Promise.resolve(stackPage(firstLayout, page));
  const plans = await planAxes(pages, layoutOf, stackLength ?? pages.length, fileName, axes);
  const sources: PixelSource[] = [];
  for (const plan of plans) {
    const firstPage = await layoutOf(numberAt(plan.pages, 0));
    if (stackLength === null) await requireSameSizes(plan, pages, firstPage, layoutOf, fileName);
    const copies = stackLength === null ? await findCopies(plan, directories, firstPage, layouts) : [];
    const source = new TiffSource(plan, firstPage, layoutOf, copies, layouts, file, fileName);
    sources.push(await source.ready(signal));
  }
  return sources;
}

/** Reads how pages are stored, and keeps the most recent layouts. */
class LayoutCache {
  readonly directories: TiffDirectories;
  readonly #file: RandomAccess;
  readonly #fileName: string;
  readonly #kept = new Map<TagDirectory, PageLayout>();

  constructor(directories: TiffDirectories, file: RandomAccess, fileName: string) {
    this.directories = directories;
    this.#file = file;
    this.#fileName = fileName;
  }

  async of(page: TagDirectory): Promise<PageLayout> {
    const known = this.#kept.get(page);
    if (known !== undefined) return known;
    const layout = readPageLayout(await page.load(), this.#file.size, this.#fileName);
    page.unload();
    this.#kept.set(page, layout);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= keptLayouts) break;
      this.#kept.delete(oldest);
    }
    return layout;
  }
}

/** Finds the page of a smaller copy for each plane of an image. */
type Copy = LevelSize & { pageOf(plane: number): Promise<TagDirectory | undefined> };

class TiffSource implements PixelSource {
  readonly name: string | null;
  readonly shape: PixelSource['shape'];
  readonly levels: readonly LevelSize[];
  readonly pixelSizeUm: PixelSource['pixelSizeUm'];
  readonly channelNames: readonly string[];
  readonly axesAreGuessed: boolean;
  readonly samplesPerPage: number;
  readonly tileSize: LevelSize;
  dtype: Dtype;
  readonly #plan: AxesPlan;
  readonly #first: PageLayout;
  readonly #layoutOf: (page: number) => Promise<PageLayout>;
  readonly #copies: readonly Copy[];
  readonly #layouts: LayoutCache;
  readonly #file: RandomAccess;
  readonly #fileName: string;

  constructor(
    plan: AxesPlan,
    first: PageLayout,
    layoutOf: (page: number) => Promise<PageLayout>,
    copies: readonly Copy[],
    layouts: LayoutCache,
    file: RandomAccess,
    fileName: string,
  ) {
    const { height, width, samples } = first;
    this.name = plan.name;
    this.shape = { ...plan.sizes, y: height, x: width };
    this.levels = [{ height, width }, ...copies.map((copy) => ({ height: copy.height, width: copy.width }))];
    this.pixelSizeUm = plan.pixelSizeUm;
    this.channelNames = plan.channelNames;
    this.axesAreGuessed = plan.isGuess;
    this.samplesPerPage = samples;
    // Any part of uncompressed rows can be read separately.
    const isPlain = first.compression === 'none' && !first.tiled;
    this.tileSize = { height: isPlain ? 1 : first.blockHeight, width: first.blockWidth };
    this.dtype = dtypeOf(first);
    this.#plan = plan;
    this.#first = first;
    this.#layoutOf = layoutOf;
    this.#copies = copies;
    this.#layouts = layouts;
    this.#file = file;
    this.#fileName = fileName;
  }

  /**
   * 64-bit integers, as NumPy stores labels, get the smallest dtype that holds them. For that, all are
   * checked once.
   */
  async ready(signal?: AbortSignal): Promise<this> {
    if (!isWideInteger(this.#first)) return this;
    let range: ValueRange = { low: 0, high: 0 };
    for (const page of this.#plan.pages) {
      const layout = await this.#layoutOf(page);
      const whole = { x: 0, y: 0, width: layout.width, height: layout.height };
      const samples = Array.from({ length: layout.samples }, (_, s) => s);
      for await (const { planes } of readBands(layout, this.#file, this.#fileName, whole, samples, signal)) {
        range = rangeOf(planes, range);
      }
    }
    this.dtype = narrowestDtype(range, this.#fileName);
    return this;
  }

  async getTile(request: Parameters<PixelSource['getTile']>[0]): ReturnType<PixelSource['getTile']> {
    const { x, y, width, height, ...place } = completeRequest(this, request);
    const { layout, sample } = await this.#page(place);
    const region = { x, y, width, height };
    const planes = await readRegion(layout, this.#file, this.#fileName, region, [sample], place.signal);
    return { height, width, data: this.#narrow(itemAt(planes, 0)) };
  }

  async *getBands(request: Parameters<PixelSource['getBands']>[0]): ReturnType<PixelSource['getBands']> {
    const { x, y, width, height, ...place } = completeRequest(this, request);
    const { layout, sample } = await this.#page(place);
    const region = { x, y, width, height };
    const bands = readBands(layout, this.#file, this.#fileName, region, [sample], place.signal);
    for await (const band of bands) {
      yield { y: band.y, height: band.height, width, data: this.#narrow(itemAt(band.planes, 0)) };
    }
  }

  /** The storage of the page with a plane, and the plane's sample. */
  async #page({ channel, z, t, level }: Pick<FullTileRequest, 'channel' | 'z' | 't' | 'level'>): Promise<{
    layout: PageLayout;
    sample: number;
  }> {
    const { samples } = this.#first;
    const { sizes, pages } = this.#plan;
    const plane = (t * sizes.z + z) * (sizes.c / samples) + Math.floor(channel / samples);
    if (level === 0) {
      const layout = await this.#layoutOf(numberAt(pages, plane));
      requireSameKind(layout, this.#first, this.#fileName);
      return { layout, sample: channel % samples };
    }
    const { pageOf, height, width } = itemAt(this.#copies, level - 1);
    const copy = await pageOf(plane);
    if (copy === undefined)
      throw damagedTiff(this.#fileName, `plane ${plane + 1} lacks its smaller copy ${level}`);
    const layout = await this.#layouts.of(copy);
    requireSameKind(layout, { ...this.#first, height, width }, this.#fileName);
    return { layout, sample: channel % samples };
  }

  #narrow(data: PixelArray): PixelArray {
    if (!isWideInteger(this.#first) || this.dtype === 'float64') return data;
    return this.dtype === 'uint32' ? new Uint32Array(data) : new Int32Array(data);
  }
}

function isWideInteger({ bits, kind }: PageLayout): boolean {
  return bits === 64 && kind !== 'float';
}

/**
 * The smaller copies of an image in a file, largest first: in the SubIFDs of its pages. If the image is one
 * page, they are separate pages marked as reduced or, in Aperio's slides, stored in tiles.
 */
async function findCopies(
  { pages }: AxesPlan,
  { pages: all, copiesOf }: TiffDirectories,
  first: PageLayout,
  layouts: LayoutCache,
): Promise<Copy[]> {
  const page = itemAt(all, numberAt(pages, 0));
  const own = await copiesOf(page);
  const isSlide = readAperioDescription(await itemAt(all, 0).load()) !== null;
  const isCopy = (other: TagDirectory): boolean =>
    isSlide ? other.has(Tag.TileWidth) : (other.number(Tag.NewSubfileType, 0) & 5) === 1;
  const beside = pages.length === 1 ? all.filter((other) => other !== page && isCopy(other)) : [];
  const copies: Copy[] = [];
  for (const [k, directory] of [...own, ...beside].entries()) {
    const { height, width } = sizeOf(directory);
    const isSmaller = width < first.width && height < first.height && width > 0 && height > 0;
    // Sizes are rounded by up to a pixel of the copy.
    const sameShape =
      Math.abs(height - (first.height * width) / first.width) <= 1 + first.height / first.width;
    if (!isSmaller || !sameShape) continue;
    // An unreadable copy is not a level; the image itself is still readable.
    const layout = await layouts.of(directory).catch(() => null);
    if (layout === null || !isSameKind(layout, { ...first, height, width })) continue;
    const pageOf = async (plane: number): Promise<TagDirectory | undefined> =>
      k < own.length && plane > 0 ? (await copiesOf(itemAt(all, numberAt(pages, plane))))[k] : directory;
    copies.push({ height, width, pageOf });
  }
  return copies.sort((a, b) => b.width - a.width);
}

function sizeOf(directory: TagDirectory): LevelSize {
  return {
    height: directory.numberIfSound(Tag.ImageLength, 0),
    width: directory.numberIfSound(Tag.ImageWidth, 0),
  };
}

/**
 * Number of planes that ImageJ stores contiguously behind a single page, as for stacks beyond 4 GB; other
 * programs do it to save time. `null` if every plane has a page.
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

function planeBytes({ width, height, samples, bits }: PageLayout): number {
  return Math.ceil((width * height * samples * bits) / 8);
}

function requireStack(first: PageLayout, planes: number, fileBytes: number, fileName: string): void {
  const end = itemAt(first.blocks, 0).start + planes * planeBytes(first);
  if (end > fileBytes) {
    throw damagedTiff(fileName, `its pixels should extend to byte ${end}, but it ends at byte ${fileBytes}`);
  }
}

/** Plane `index` of a contiguous stack, as one strip. */
function stackPage(first: PageLayout, index: number): PageLayout {
  const length = planeBytes(first);
  const start = itemAt(first.blocks, 0).start + index * length;
  return {
    ...first,
    page: index + 1,
    tiled: false,
    blockHeight: first.height,
    blockWidth: first.width,
    blocks: first.separate ? separateBlocks(start, length, first.samples) : [{ start, end: start + length }],
  };
}

function separateBlocks(start: number, length: number, samples: number): { start: number; end: number }[] {
  const each = length / samples;
  return Array.from({ length: samples }, (_, i) => ({
    start: start + i * each,
    end: start + (i + 1) * each,
  }));
}

/** Compares the sizes of all pages of an image at once, because sizes are in the tags. */
async function requireSameSizes(
  { pages }: AxesPlan,
  all: readonly TagDirectory[],
  first: PageLayout,
  layoutOf: (page: number) => Promise<PageLayout>,
  fileName: string,
): Promise<void> {
  for (const page of pages) {
    const { height, width } = sizeOf(itemAt(all, page));
    if (height !== first.height || width !== first.width) {
      requireSameKind(await layoutOf(page), first, fileName);
    }
  }
}

function isSameKind(layout: PageLayout, first: PageLayout): boolean {
  return (
    layout.width === first.width &&
    layout.height === first.height &&
    layout.samples === first.samples &&
    layout.bits === first.bits &&
    layout.kind === first.kind
  );
}

function requireSameKind(layout: PageLayout, first: PageLayout, fileName: string): void {
  if (isSameKind(layout, first)) return;
  const tell = (page: PageLayout): string =>
    `page ${page.page} is ${page.width} × ${page.height} pixels of ${page.samples} × ${page.bits} bits`;
  throw unsupportedTiff(
    fileName,
    `its pages differ: ${tell(first)}, ${tell(layout)}`,
    'Save the pages as separate files, and add the one you need.',
  );
}
