import { itemAt, numberAt } from '../../contract/elements.ts';
import type { PixelSizeUm } from '../../contract/pixels.ts';
import { sizeAxes } from '../raster/size-axes.ts';
import type { TagDirectory } from './tag-directory.ts';
import type { PageLayout } from './page-layout.ts';
import { readImageJLabels, readImageJMetadata } from './read-imagej-metadata.ts';
import { readAperioDescription } from './read-aperio-description.ts';
import { readMetaXpressPixelSize } from './read-metaxpress-description.ts';
import { readMicroManagerPages } from './read-micro-manager-pages.ts';
import { readOmeImages, type OmeMetadata, type OmeTiffData } from './read-ome-metadata.ts';
import { readPixelSize } from './read-pixel-size.ts';
import { readQptiffName } from './read-qptiff-name.ts';
import { damagedTiff, unsupportedTiff } from './refusals.ts';
import { Tag } from './tags.ts';

/** The content of an image's pages: the time point, focal plane and channel of each. */
export interface AxesPlan {
  /** The image's name in the file if it holds several. */
  name: string | null;
  sizes: { t: number; z: number; c: number };
  /**
   * Indices of pages in the order t, z, c (c fastest); each page gives as many channels as it has samples.
   */
  pages: readonly number[];
  channelNames: readonly string[];
  pixelSizeUm: PixelSizeUm | null;
  /** Whether the file has no description, so that the number of pages decided. */
  isGuess: boolean;
}

/**
 * Up to this many pages without description are channels, more are focal planes. Exporters that omit metadata
 * still put a handful of dyes into one file, while a stack has more planes than a microscope has dyes.
 */
const mostUnnamedChannels = 5;

const sampleNames: Readonly<Partial<Record<PageLayout['photometric'], readonly string[]>>> = {
  rgb: ['Red', 'Green', 'Blue', 'Alpha'],
  ycbcr: ['Red', 'Green', 'Blue'],
  cmyk: ['Cyan', 'Magenta', 'Yellow', 'Black', 'Alpha'],
};

/**
 * Finds a file's images and the content of its pages: from OME-XML, Aperio's or ImageJ's description,
 * tifffile's shape or, without any of these, from the number of pages.
 *
 * @param directories all pages of the file; the first with its values loaded.
 * @param layoutOf how a page is stored.
 * @param pageCount number of pages with pixels; more than `directories` if ImageJ stores a whole stack behind
 *   one.
 * @param said the axes as a person has set them, which override the file; see `stackAxesSchema`.
 * @returns one plan per image: OME-TIFF may hold several.
 * @throws LacssError `file-damaged` if the description lists planes that the file does not have;
 *   `setting-invalid` if the planes do not fill the axes a person has set.
 */
export async function planAxes(
  directories: readonly TagDirectory[],
  layoutOf: (page: number) => Promise<PageLayout>,
  pageCount: number,
  fileName: string,
  said: string | null = null,
): Promise<AxesPlan[]> {
  const first = itemAt(directories, 0);
  const layout = await layoutOf(0);
  const description = first.text(Tag.ImageDescription) ?? '';
  const images = await placeImages(readOmeImages(description), layoutOf, pageCount, fileName);
  if (images.length === 0) {
    const own = ownPages(directories, pageCount);
    if (said !== null) return [planSaid(said, own, null, first, layout, fileName)];
    return planOther(directories, description, layout, pageCount);
  }
  return images.map((image, i) => {
    const pages = image.placed.map(({ page }) => page).sort((a, b) => a - b);
    const own = images.length > 1 ? pages : ownPages(directories, pageCount);
    const plan =
      said === null
        ? planOme(image, first, fileName)
        : planSaid(said, own, image.ome, first, image.layout, fileName);
    return { ...plan, name: images.length > 1 ? (image.ome.name ?? `Image ${i + 1}`) : null };
  });
}

/** The axes as a person has set them. */
function planSaid(
  said: string,
  own: readonly number[],
  ome: OmeMetadata | null,
  first: TagDirectory,
  layout: PageLayout,
  fileName: string,
): AxesPlan {
  const { sizes, pageOrder } = sizeAxes(said, own.length, fileName);
  const units = readImageJMetadata(first.text(Tag.ImageDescription) ?? '')?.units ?? null;
  return {
    name: null,
    sizes: withSamples(sizes, layout),
    pages: orderPages(sizes, pageOrder).map((i) => numberAt(own, i)),
    channelNames: nameChannels(layout, sizes.c, ome?.sizes.c === sizes.c ? ome.channelNames : []),
    pixelSizeUm: ome?.pixelSizeUm ?? readPixelSize(first, units),
    isGuess: false,
  };
}

/** A file without OME-XML: one image, or one per position of Micro-Manager. */
async function planOther(
  directories: readonly TagDirectory[],
  description: string,
  layout: PageLayout,
  pageCount: number,
): Promise<AxesPlan[]> {
  const first = itemAt(directories, 0);
  const named = pageCount === directories.length ? await readMicroManagerPages(directories) : null;
  if (named !== null) {
    return named.map(({ sizes, channelNames, ...image }) => ({
      ...image,
      sizes: withSamples(sizes, layout),
      channelNames: nameChannels(layout, sizes.c, channelNames),
      isGuess: false,
    }));
  }
  const imageJ = readImageJMetadata(description);
  if (imageJ !== null) {
    const { t, z, c } = imageJ.sizes;
    const complete = t * z * c === pageCount;
    const sizes = complete ? imageJ.sizes : splitPages(pageCount, pageCount % c === 0 ? c : 1);
    const labels = channelLabels(readImageJLabels(first), pageCount, sizes.c);
    const plan = {
      name: null,
      sizes: withSamples(sizes, layout),
      pages: orderPages(sizes, imageJ.pageOrder),
      channelNames: nameChannels(layout, sizes.c, labels),
      pixelSizeUm: readPixelSize(first, imageJ.units),
      isGuess: !complete && pageCount > 1,
    };
    return [plan];
  }
  const aperio = readAperioDescription(first);
  const own = aperio === null ? ownPages(directories, pageCount) : [0];
  const names = layout.samples === 1 ? await readPageNames(directories, own) : [];
  const shaped = readShape(description, own.length);
  const described = shaped?.sizes ?? (names.length > 0 ? splitPages(own.length, names.length) : null);
  const sizes = described ?? guessSizes(own.length, layout.samples);
  const plan = {
    name: null,
    sizes: withSamples(sizes, layout),
    pages: orderPages(sizes, shaped?.pageOrder ?? 'CZT').map((i) => numberAt(own, i)),
    channelNames: nameChannels(layout, sizes.c, names),
    pixelSizeUm: aperio?.pixelSizeUm ?? readMetaXpressPixelSize(description) ?? readPixelSize(first, null),
    isGuess: described === null && own.length > 1,
  };
  return [plan];
}

/**
 * Channel names from the pages' names (PageName), as MIBI instruments write them, or from the descriptions of
 * QPTIFF. Names that only count, such as `z1` and `z2`, are ignored.
 */
async function readPageNames(
  directories: readonly TagDirectory[],
  own: readonly number[],
): Promise<string[]> {
  const names: string[] = [];
  for (const page of own) {
    const directory = directories[page];
    await directory?.load(new Set([Tag.PageName, Tag.ImageDescription]));
    const name =
      directory?.textIfSound(Tag.PageName)?.trim() ||
      readQptiffName(directory?.textIfSound(Tag.ImageDescription) ?? '');
    directory?.unload();
    if (!name) return [];
    names.push(name);
  }
  const isSeries = new Set(names.map((name) => name.replace(/\d+/g, ''))).size === 1;
  return isSeries || new Set(names).size < names.length ? [] : names;
}

/**
 * Pages except reduced copies and masks of another page (NewSubfileType bits 0 and 2), which are not planes.
 */
function ownPages(directories: readonly TagDirectory[], pageCount: number): number[] {
  const pages = Array.from({ length: pageCount }, (_, i) => i);
  if (pageCount > directories.length) return pages;
  return pages.filter((i) => i === 0 || (itemAt(directories, i).number(Tag.NewSubfileType, 0) & 5) === 0);
}

type Sizes = AxesPlan['sizes'];

/** A page with several samples has that many channels. */
function withSamples(sizes: Sizes, layout: PageLayout): Sizes {
  return { ...sizes, c: sizes.c * layout.samples };
}

function splitPages(pageCount: number, c: number): Sizes {
  return { t: 1, z: pageCount / c, c };
}

function guessSizes(pageCount: number, samples: number): Sizes {
  const asChannels = samples === 1 && pageCount <= mostUnnamedChannels;
  return splitPages(pageCount, asChannels ? pageCount : 1);
}

/**
 * Sizes and order of the pages from tifffile's description, `{"shape": [3, 2, 512, 512], "axes": "TCYX"}`, if
 * it matches the number of pages.
 */
function readShape(description: string, pageCount: number): { sizes: Sizes; pageOrder: string } | null {
  if (!description.startsWith('{')) return null;
  let shaped: unknown;
  try {
    shaped = JSON.parse(description);
  } catch {
    return null;
  }
  if (typeof shaped !== 'object' || shaped === null || !('axes' in shaped) || !('shape' in shaped))
    return null;
  const { axes, shape } = shaped;
  if (typeof axes !== 'string' || !Array.isArray(shape)) return null;
  // Each of T, Z and C once at most, in any order; the last one counts fastest.
  const slowestFirst = /^([TZC]{0,3})YXS?$/.exec(axes)?.[1];
  if (slowestFirst === undefined || new Set(slowestFirst).size < slowestFirst.length) return null;
  const size = (axis: string): number => Number(shape[axes.indexOf(axis)] ?? 1);
  const sizes = { t: size('T'), z: size('Z'), c: size('C') };
  const absent = [...'CZT'].filter((axis) => !slowestFirst.includes(axis));
  const pageOrder = [...slowestFirst].reverse().concat(absent).join('');
  return sizes.t * sizes.z * sizes.c === pageCount ? { sizes, pageOrder } : null;
}

/** Pages in the order t, z, c, from a file in `pageOrder`, the fastest axis first. */
function orderPages(sizes: Sizes, pageOrder: string): number[] {
  const pages: number[] = [];
  for (let t = 0; t < sizes.t; t++) {
    for (let z = 0; z < sizes.z; z++) {
      for (let c = 0; c < sizes.c; c++) pages.push(pageOf(sizes, pageOrder, t, z, c));
    }
  }
  return pages;
}

function pageOf(sizes: Sizes, pageOrder: string, t: number, z: number, c: number): number {
  const position = { T: t, Z: z, C: c };
  const size = { T: sizes.t, Z: sizes.z, C: sizes.c };
  let page = 0;
  for (const axis of [...pageOrder].reverse() as (keyof typeof size)[])
    page = page * size[axis] + position[axis];
  return page;
}

function nameChannels(layout: PageLayout, perPage: number, names: readonly (string | null)[]): string[] {
  const { samples, photometric } = layout;
  return Array.from({ length: perPage * samples }, (_, i) => {
    const own = names.length === perPage * samples ? names[i] : names[Math.floor(i / samples)];
    if (own && (samples === 1 || names.length === perPage * samples)) return own;
    const sample = perPage === 1 && samples > 1 ? sampleNames[photometric]?.[i] : undefined;
    return sample ?? `Channel ${i + 1}`;
  });
}

/**
 * Channel names from the planes' labels, if ImageJ's `c:1/2 z:1/5 - ` is followed by the same name in every
 * plane of a channel.
 */
function channelLabels(labels: readonly string[], pageCount: number, channels: number): string[] {
  if (labels.length !== pageCount || channels < 2) return [];
  const names = labels.map((label) => label.replace(/^(?:[czt]:\d+\/\d+\s*)+(?:-\s*)?/, '').trim());
  const perChannel = names.slice(0, channels);
  const consistent = names.every((name, i) => name === perChannel[i % channels]);
  return consistent && new Set(perChannel).size === channels ? perChannel : [];
}

function planOme({ ome, layout, placed }: PlacedImage, first: TagDirectory, fileName: string): AxesPlan {
  const { samples } = layout;
  const { sizes } = ome;
  // An interrupted acquisition, or one file of several, has fewer planes than the description. They are used
  // if they fill a complete box.
  const ts = [...new Set(placed.map((plane) => plane.t))].sort((a, b) => a - b);
  const zs = [...new Set(placed.map((plane) => plane.z))].sort((a, b) => a - b);
  const cs = [...new Set(placed.map((plane) => plane.c))].sort((a, b) => a - b);
  if (placed.length === 0 || placed.length !== ts.length * zs.length * cs.length) {
    throw unsupportedTiff(
      fileName,
      `its OME description lists ${(sizes.t * sizes.z * sizes.c) / samples} planes, but only ${placed.length} are in this file, and they are not a complete set`,
      'Combine all files of the image into one with Fiji (Bio-Formats Importer, then Bio-Formats Exporter), and add that file.',
    );
  }
  const byPosition = new Map(placed.map((plane) => [`${plane.t},${plane.z},${plane.c}`, plane.page]));
  const pages = ts.flatMap((t) => zs.flatMap((z) => cs.map((c) => byPosition.get(`${t},${z},${c}`)!)));
  const allNames = nameChannels(layout, sizes.c / samples, ome.channelNames);
  return {
    name: null,
    sizes: withSamples({ t: ts.length, z: zs.length, c: cs.length }, layout),
    pages,
    channelNames: cs.flatMap((c) => allNames.slice(c * samples, (c + 1) * samples)),
    pixelSizeUm: ome.pixelSizeUm ?? readPixelSize(first, null),
    isGuess: false,
  };
}

interface PlacedPlane {
  t: number;
  z: number;
  c: number;
  page: number;
}

/** One image of an OME-XML, and the positions of its planes. */
interface PlacedImage {
  ome: OmeMetadata;
  /** How its first page is stored. */
  layout: PageLayout;
  placed: PlacedPlane[];
}

/**
 * Finds the planes of each image in this file. An image whose planes are all in other files is omitted,
 * unless that holds for every image.
 */
async function placeImages(
  images: readonly OmeMetadata[],
  layoutOf: (page: number) => Promise<PageLayout>,
  pageCount: number,
  fileName: string,
): Promise<PlacedImage[]> {
  const baseName = fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
  const files = new Set(images.flatMap(({ tiffData }) => tiffData.map((data) => data.fileName ?? data.uuid)));
  const all: PlacedImage[] = [];
  // Images without a stated start follow one another.
  let nextPage = 0;
  for (const ome of images) {
    // A renamed file is recognised if it is the only one named.
    const isOwn = (data: OmeTiffData): boolean =>
      files.size === 1 || data.fileName === baseName || (data.uuid !== null && data.uuid === ome.uuid);
    const whole = { firstPage: nextPage, firstT: 0, firstZ: 0, firstC: 0, planeCount: null };
    const stretches = ome.tiffData.length === 0 ? [whole] : ome.tiffData.filter(isOwn);
    const firstPage = Math.min(...stretches.map((stretch) => stretch.firstPage));
    const layout = await layoutOf(firstPage < pageCount ? firstPage : 0);
    const placed = placePlanes(ome, stretches, layout.samples, pageCount, fileName);
    nextPage += placed.length;
    all.push({ ome, layout, placed });
  }
  const here = all.filter(({ placed }) => placed.length > 0);
  return here.length > 0 ? here : all.slice(0, 1);
}

/** The planes in ranges of pages. */
function placePlanes(
  ome: OmeMetadata,
  stretches: readonly Omit<OmeTiffData, 'uuid' | 'fileName'>[],
  samples: number,
  pageCount: number,
  fileName: string,
): PlacedPlane[] {
  if (ome.sizes.c % samples !== 0) {
    throw damagedTiff(
      fileName,
      `its OME description lists ${ome.sizes.c} channels, but each page has ${samples}`,
    );
  }
  const sizes = { ...ome.sizes, c: ome.sizes.c / samples };
  const total = sizes.t * sizes.z * sizes.c;
  if (total < 1 || total > 1e6) {
    throw damagedTiff(fileName, `its OME description lists ${sizes.t} × ${sizes.z} × ${sizes.c} planes`);
  }
  const placed = new Map<number, PlacedPlane>();
  for (const stretch of stretches) {
    const c0 = Math.floor(stretch.firstC / samples);
    const start = pageOf(sizes, ome.pageOrder, stretch.firstT, stretch.firstZ, c0);
    const count = Math.min(stretch.planeCount ?? total - start, total - start, pageCount - stretch.firstPage);
    for (let i = 0; i < count; i++) {
      placed.set(start + i, { ...positionOf(sizes, ome.pageOrder, start + i), page: stretch.firstPage + i });
    }
  }
  return [...placed.values()];
}

/** The inverse of `pageOf`. */
function positionOf(sizes: Sizes, pageOrder: string, index: number): { t: number; z: number; c: number } {
  const size = { T: sizes.t, Z: sizes.z, C: sizes.c };
  const position = { T: 0, Z: 0, C: 0 };
  for (const axis of [...pageOrder] as (keyof typeof size)[]) {
    position[axis] = index % size[axis];
    index = Math.floor(index / size[axis]);
  }
  return { t: position.T, z: position.Z, c: position.C };
}
