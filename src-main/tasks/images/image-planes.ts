import { itemAt, uint16At } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import type { Dtype } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import { tileSize } from '../../contract/urls.ts';
import type { PixelSource } from '../../imaging/source/pixel-source.ts';
import { fileOfChannel, openImageFile } from '../../project/load-image.ts';
import type { Project } from '../../project/project.ts';
import { ByteCache } from '../../imaging/source/byte-cache.ts';
import {
  displaySamples,
  displayScale,
  isShownAsItIs,
  noRange,
  settled,
  widened,
  type DisplayScale,
} from './display-plane.ts';
import { halvePlane } from './halve-plane.ts';
import type { LevelPlane } from './halve-plane.ts';
import { pixelsKey } from './pixels-key.ts';
import { countSamples, type SampleCounts } from './sample-statistics.ts';

/** One plane of an image. */
export interface PlanePlace {
  t: number;
  z: number;
  c: number;
}

/** Scale and histogram of a plane, known after one pass through it. */
export interface PlaneOverview {
  scale: DisplayScale;
  counts: SampleCounts;
}

/** Memory of an open file, in bytes: its lists of strips. */
const sourceBytes = 2 ** 20;
/**
 * A strip with many rows is decoded from its start each time. So up to this number of bytes is kept at once.
 */
const stripBandBytes = 2 ** 26;
/**
 * If a file has smaller copies of its image, range and histogram are from a level of up to this number of
 * pixels.
 */
const overviewPixels = 2 ** 24;

const sources = new ByteCache<Promise<PixelSource>>(64 * sourceBytes);
const overviews = new ByteCache<Promise<PlaneOverview>>(32 * 2 ** 20);
const scales = new ByteCache<Promise<DisplayScale>>(2 ** 20);
/** Levels 1 and above, whole. */
const levels = new ByteCache<Promise<LevelPlane>>(256 * 2 ** 20);
/** Level 0, in bands of full width or in tiles. */
const parts = new ByteCache<Promise<Uint16Array>>(192 * 2 ** 20);

/** Levels of the pyramid of an image: the last fits in one tile. */
export function levelCount(height: number, width: number): number {
  let count = 1;
  for (let side = Math.max(height, width); side > tileSize; side = Math.ceil(side / 2)) count++;
  return count;
}

/** The dtype of a channel's file. */
export async function channelDtype(project: Project, image: ImageEntry, c: number): Promise<Dtype> {
  return (await sourceOf(project, image, c)).source.dtype;
}

/**
 * Display scale and histogram of one plane of an image.
 * @throws LacssError if the file is missing or damaged, or has no such plane
 */
export function overviewOf(project: Project, image: ImageEntry, place: PlanePlace): Promise<PlaneOverview> {
  return kept(overviews, planeKey(project, image, place), 4 * 65536, () =>
    makeOverview(project, image, place),
  );
}

/** One tile of a level of a plane, cut at the image's edges. */
export async function tileOf(
  project: Project,
  image: ImageEntry,
  place: PlanePlace,
  { level, top, left }: { level: number; top: number; left: number },
): Promise<Uint16Array> {
  if (level > 0) return cutTile(await levelOf(project, image, place, level), top, left);
  const { source, channel } = await sourceOf(project, image, place.c);
  const rows = bandRows(source);
  const first = top - (top % rows);
  const isNarrow = 2 * source.tileSize.width <= image.width;
  const key = planeKey(project, image, place);
  if (isNarrow && parts.get(`${key}|${first}`) === undefined) {
    const box = {
      y: top,
      x: left,
      height: Math.min(tileSize, image.height - top),
      width: Math.min(tileSize, image.width - left),
    };
    return kept(parts, `${key}|${top}|${left}`, 2 * box.height * box.width, async () => {
      const scale = await scaleOf(project, image, place);
      const { data } = await source.getTile({ channel, t: place.t, z: place.z, ...box });
      return displaySamples(data, scale);
    });
  }
  const samples = await bandOf(project, image, place, first);
  return cutTile({ height: samples.length / image.width, width: image.width, samples }, top - first, left);
}

/** One level of the pyramid of a plane. It is made at the first call and kept in memory for a while. */
export async function levelOf(
  project: Project,
  image: ImageEntry,
  place: PlanePlace,
  level: number,
): Promise<LevelPlane> {
  if (level === 0) return wholePlane(project, image, place);
  const key = `${planeKey(project, image, place)}|${level}`;
  const bytes = (2 * image.height * image.width) / 4 ** level;
  return kept(levels, key, bytes, async () => {
    const own = await copyOf(project, image, place, level);
    if (own !== null) return own;
    if (level > 1) return halvePlane(await levelOf(project, image, place, level - 1));
    return (await throughBands(project, image, place)).halved;
  });
}

/** A value from a cache, otherwise a new one. Errors are not cached. */
function kept<T>(
  cache: ByteCache<Promise<T>>,
  key: string,
  bytes: number,
  make: () => Promise<T>,
): Promise<T> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const making = make();
  cache.set(key, making, bytes);
  making.catch(() => {
    if (cache.get(key) === making) cache.delete(key);
  });
  return making;
}

async function sourceOf(
  project: Project,
  image: ImageEntry,
  c: number,
): Promise<{ source: PixelSource; channel: number }> {
  if (c >= image.channelNames.length) throw noSuchPlane(image);
  const { file, channel } = fileOfChannel(image, c);
  const key = [
    project.folder,
    file.sha256,
    file.image ?? 0,
    image.axes ?? '',
    image.plane.projection ?? '',
  ].join('|');
  return {
    source: await kept(sources, key, sourceBytes, () => openImageFile(project, image, file)),
    channel,
  };
}

/**
 * The conversion of a plane's numbers to samples. Real numbers and wide integers need a pass through the
 * plane.
 */
function scaleOf(project: Project, image: ImageEntry, place: PlanePlace): Promise<DisplayScale> {
  return kept(scales, planeKey(project, image, place), 64, async () => {
    const { source, channel } = await planeSource(project, image, place);
    if (isShownAsItIs(source.dtype)) return displayScale(source.dtype, noRange);
    let range = noRange;
    for await (const { data } of source.getBands({ channel, t: place.t, z: place.z }))
      range = widened(range, data);
    return displayScale(source.dtype, settled(range));
  });
}

async function planeSource(
  project: Project,
  image: ImageEntry,
  place: PlanePlace,
): Promise<{ source: PixelSource; channel: number }> {
  const found = await sourceOf(project, image, place.c);
  if (place.t >= found.source.shape.t || place.z >= found.source.shape.z) throw noSuchPlane(image);
  return found;
}

async function makeOverview(project: Project, image: ImageEntry, place: PlanePlace): Promise<PlaneOverview> {
  const { source, channel } = await planeSource(project, image, place);
  const scale = await scaleOf(project, image, place);
  const { height, width } = image;
  const copy = source.levels.findIndex((size) => size.height * size.width <= overviewPixels);
  if (copy > 0) {
    const counts = countSamples(new Uint16Array(0));
    for await (const { data } of source.getBands({ channel, t: place.t, z: place.z, level: copy })) {
      countSamples(displaySamples(data, scale), counts);
    }
    return { scale, counts };
  }
  const { counts, halved } = await throughBands(project, image, place);
  // The next request is for a level.
  const key = `${planeKey(project, image, place)}|1`;
  if (levelCount(height, width) > 1) levels.set(key, Promise.resolve(halved), 2 * halved.samples.length);
  return { scale, counts };
}

/** One pass through level 0 from the top down: counts its samples and makes level 1. */
async function throughBands(
  project: Project,
  image: ImageEntry,
  place: PlanePlace,
): Promise<{ counts: SampleCounts; halved: LevelPlane }> {
  const { source } = await planeSource(project, image, place);
  const { height, width } = image;
  const counts = countSamples(new Uint16Array(0));
  const halved = {
    height: Math.ceil(height / 2),
    width: Math.ceil(width / 2),
    samples: new Uint16Array(Math.ceil(height / 2) * Math.ceil(width / 2)),
  };
  const rows = bandRows(source);
  for (let y = 0; y < height; y += rows) {
    const samples = await bandOf(project, image, place, y);
    countSamples(samples, counts);
    const half = await halvePlane({ height: samples.length / width, width, samples });
    halved.samples.set(half.samples, (y / 2) * halved.width);
  }
  return { counts, halved };
}

/** Rows of a band of level 0: a multiple of a tile's rows. */
function bandRows({ tileSize: stored, shape }: PixelSource): number {
  const many = Math.floor(stripBandBytes / (2 * tileSize * shape.x));
  return stored.height > tileSize && 2 * stored.width > shape.x ? tileSize * Math.max(1, many) : tileSize;
}

function bandOf(project: Project, image: ImageEntry, place: PlanePlace, first: number): Promise<Uint16Array> {
  const key = `${planeKey(project, image, place)}|${first}`;
  const { height: rowCount, width } = image;
  const known = parts.get(key);
  if (known !== undefined) return known;
  const reading = (async () => {
    const { source, channel } = await planeSource(project, image, place);
    const scale = await scaleOf(project, image, place);
    const height = Math.min(bandRows(source), rowCount - first);
    const { data } = await source.getTile({ channel, t: place.t, z: place.z, y: first, height });
    return displaySamples(data, scale);
  })();
  return kept(parts, key, 2 * width * Math.min(tileSize, rowCount - first), async () => {
    const samples = await reading;
    parts.set(key, reading, samples.byteLength);
    return samples;
  });
}

async function wholePlane(project: Project, image: ImageEntry, place: PlanePlace): Promise<LevelPlane> {
  const { source } = await planeSource(project, image, place);
  const { height, width } = image;
  const samples = new Uint16Array(height * width);
  const rows = bandRows(source);
  for (let y = 0; y < height; y += rows) samples.set(await bandOf(project, image, place, y), y * width);
  return { height, width, samples };
}

/**
 * A level in the file itself, if its size is that of our level except for rounding. Its last row and column
 * may be repeated.
 */
async function copyOf(
  project: Project,
  image: ImageEntry,
  place: PlanePlace,
  level: number,
): Promise<LevelPlane | null> {
  const { source, channel } = await planeSource(project, image, place);
  const height = Math.ceil(image.height / 2 ** level);
  const width = Math.ceil(image.width / 2 ** level);
  const found = source.levels.findIndex(
    (size, i) => i > 0 && Math.abs(size.height - height) <= 1 && Math.abs(size.width - width) <= 1,
  );
  if (found < 0) return null;
  const scale = await scaleOf(project, image, place);
  const stored = itemAt(source.levels, found);
  const columns = Math.min(width, stored.width);
  const samples = new Uint16Array(height * width);
  for await (const band of source.getBands({ channel, t: place.t, z: place.z, level: found })) {
    const shown = displaySamples(band.data, scale);
    for (let row = 0; row < band.height && band.y + row < height; row++) {
      const start = (band.y + row) * width;
      samples.set(shown.subarray(row * stored.width, row * stored.width + columns), start);
      if (columns < width) samples[start + columns] = uint16At(samples, start + columns - 1);
    }
  }
  if (stored.height < height)
    samples.copyWithin(stored.height * width, (stored.height - 1) * width, stored.height * width);
  return { height, width, samples };
}

function cutTile({ height, width, samples }: LevelPlane, top: number, left: number): Uint16Array {
  const rows = Math.min(tileSize, height - top);
  const columns = Math.min(tileSize, width - left);
  const cut = new Uint16Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const start = (top + i) * width + left;
    cut.set(samples.subarray(start, start + columns), i * columns);
  }
  return cut;
}

function planeKey(project: Project, image: ImageEntry, { t, z, c }: PlanePlace): string {
  return [project.folder, image.id, pixelsKey(image), t, z, c].join('|');
}

function noSuchPlane({ name }: ImageEntry): LacssError {
  return new LacssError('image-invalid', `${name} has no such time point, focal plane or channel.`, {
    subject: name,
  });
}
