import { itemAt, uint16At } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import type { Dtype } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import { tileSize } from '../../contract/urls.ts';
import { cutPixels } from '../../imaging/raster/cut-pixels.ts';
import { levelWithin } from '../../imaging/source/level-within.ts';
import type { PixelSource, TileRequest } from '../../imaging/source/pixel-source.ts';
import { fileOfChannel, openImageFile } from '../../project/load-image.ts';
import type { Project } from '../../project/project.ts';
import { ByteCache } from '../../imaging/source/byte-cache.ts';
import { SharedWork } from '../shared-work.ts';
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

type Kept<T> = ByteCache<SharedWork<T>>;
const sources: Kept<PixelSource> = new ByteCache(64 * sourceBytes);
const overviews: Kept<PlaneOverview> = new ByteCache(32 * 2 ** 20);
const scales: Kept<DisplayScale> = new ByteCache(2 ** 20);
/** Levels 1 and above, whole. */
const levels: Kept<LevelPlane> = new ByteCache(192 * 2 ** 20);
/** Levels in the file, in bands of full width or in tiles. */
const parts: Kept<Uint16Array> = new ByteCache(96 * 2 ** 20);

/** The plane of a request in its opened file. */
interface OpenPlane {
  source: PixelSource;
  /** What `PixelSource` reads. */
  place: Required<Pick<TileRequest, 'channel' | 't' | 'z'>>;
  /** Of all caches. */
  key: string;
  image: ImageEntry;
}

/** A level of our pyramid that the file has. */
interface StoredLevel {
  /** Its number in the file. */
  stored: number;
  /** Our size, which may exceed that in the file by a row or column. */
  height: number;
  width: number;
}

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
 * @throws LacssError if the file is missing or damaged, or has no such plane; `cancelled`
 */
export async function overviewOf(
  project: Project,
  image: ImageEntry,
  place: PlanePlace,
  signal?: AbortSignal,
): Promise<PlaneOverview> {
  const plane = await openPlane(project, image, place);
  return kept(overviews, plane.key, 4 * 65536, (stop) => makeOverview(plane, stop), signal);
}

/**
 * One tile of a level of a plane, cut at the image's edges. If the file has the level, only the tile or a
 * band of rows is read.
 * @throws as `overviewOf`
 */
export async function tileOf(
  project: Project,
  image: ImageEntry,
  place: PlanePlace,
  { level, top, left }: { level: number; top: number; left: number },
  signal?: AbortSignal,
): Promise<Uint16Array> {
  const plane = await openPlane(project, image, place);
  const stored = storedLevel(plane, level);
  if (stored === null) return cutTile(await levelIn(plane, level, signal), top, left);
  const { height, width } = stored;
  const rows = bandRows(plane.source, width);
  const first = top - (top % rows);
  const isNarrow = 2 * plane.source.tileSize.width <= width;
  if (isNarrow && parts.get(partKey(plane, stored, first)) === undefined) {
    const box = {
      y: top,
      x: left,
      height: Math.min(tileSize, height - top),
      width: Math.min(tileSize, width - left),
    };
    return kept(
      parts,
      `${partKey(plane, stored, top)}|${left}`,
      2 * box.height * box.width,
      (stop) => readBox(plane, stored, box, stop),
      signal,
    );
  }
  const samples = await bandOf(plane, stored, first, signal);
  return cutTile({ height: samples.length / width, width, samples }, top - first, left);
}

/**
 * One level of the pyramid of a plane. It is made at the first call and kept in memory for a while.
 * @throws as `overviewOf`
 */
export async function levelOf(
  project: Project,
  image: ImageEntry,
  place: PlanePlace,
  level: number,
  signal?: AbortSignal,
): Promise<LevelPlane> {
  return levelIn(await openPlane(project, image, place), level, signal);
}

async function levelIn(plane: OpenPlane, level: number, signal?: AbortSignal): Promise<LevelPlane> {
  const stored = storedLevel(plane, level);
  if (level === 0 && stored !== null) return wholeLevel(plane, stored, signal);
  const bytes = (2 * plane.image.height * plane.image.width) / 4 ** level;
  return kept(
    levels,
    `${plane.key}|${level}`,
    bytes,
    async (stop) => {
      if (stored !== null) return wholeLevel(plane, stored, stop);
      if (level > 1) return halvePlane(await levelIn(plane, level - 1, stop));
      return (await throughBands(plane, stop)).halved;
    },
    signal,
  );
}

/**
 * A value from a cache, otherwise a new one. Errors are not cached. The work stops when nobody waits for it.
 */
function kept<T>(
  cache: Kept<T>,
  key: string,
  bytes: number,
  make: (stop: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  if (signal?.aborted) return Promise.reject(new LacssError('cancelled', 'Stopped.'));
  const known = cache.get(key);
  if (known !== undefined && !known.stopped) return known.wait(signal);
  const making = new SharedWork(make);
  cache.set(key, making, bytes);
  making.result.catch(() => {
    if (cache.get(key) === making) cache.delete(key);
  });
  return making.wait(signal);
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

async function openPlane(project: Project, image: ImageEntry, { t, z, c }: PlanePlace): Promise<OpenPlane> {
  const { source, channel } = await sourceOf(project, image, c);
  if (t >= source.shape.t || z >= source.shape.z) throw noSuchPlane(image);
  const key = [project.folder, image.id, pixelsKey(image), t, z, c].join('|');
  return { source, place: { channel, t, z }, key, image };
}

/**
 * The conversion of a plane's numbers to samples. Real numbers and wide integers need a pass through the
 * plane.
 */
function scaleOf({ source, place, key }: OpenPlane, signal: AbortSignal): Promise<DisplayScale> {
  return kept(
    scales,
    key,
    64,
    async (stop) => {
      if (isShownAsItIs(source.dtype)) return displayScale(source.dtype, noRange);
      let range = noRange;
      for await (const { data } of source.getBands({ ...place, signal: stop })) range = widened(range, data);
      return displayScale(source.dtype, settled(range));
    },
    signal,
  );
}

async function makeOverview(plane: OpenPlane, signal: AbortSignal): Promise<PlaneOverview> {
  const { source, place, image } = plane;
  const scale = await scaleOf(plane, signal);
  const { level, every } = levelWithin(source.levels, overviewPixels);
  if (level > 0 && every === 1) {
    const counts = countSamples(new Uint16Array(0));
    for await (const { data } of source.getBands({ ...place, level, signal })) {
      countSamples(displaySamples(data, scale), counts);
    }
    return { scale, counts };
  }
  const { counts, halved } = await throughBands(plane, signal);
  // The next request is for a level.
  if (levelCount(image.height, image.width) > 1)
    levels.set(`${plane.key}|1`, new SharedWork(() => Promise.resolve(halved)), 2 * halved.samples.length);
  return { scale, counts };
}

/** One pass through level 0 from the top down: counts its samples and makes level 1. */
async function throughBands(
  plane: OpenPlane,
  signal: AbortSignal,
): Promise<{ counts: SampleCounts; halved: LevelPlane }> {
  const { height, width } = plane.image;
  const counts = countSamples(new Uint16Array(0));
  const halved = {
    height: Math.ceil(height / 2),
    width: Math.ceil(width / 2),
    samples: new Uint16Array(Math.ceil(height / 2) * Math.ceil(width / 2)),
  };
  const rows = bandRows(plane.source, width);
  for (let y = 0; y < height; y += rows) {
    const samples = await bandOf(plane, { stored: 0, height, width }, y, signal);
    countSamples(samples, counts);
    const half = await halvePlane({ height: samples.length / width, width, samples });
    halved.samples.set(half.samples, (y / 2) * halved.width);
  }
  return { counts, halved };
}

/** Rows of a band of a level: a multiple of a tile's rows. */
function bandRows({ tileSize: stored }: PixelSource, width: number): number {
  const many = Math.floor(stripBandBytes / (2 * tileSize * width));
  return stored.height > tileSize && 2 * stored.width > width ? tileSize * Math.max(1, many) : tileSize;
}

/** A band of full width of a level in the file. @param first its first row */
function bandOf(
  plane: OpenPlane,
  level: StoredLevel,
  first: number,
  signal?: AbortSignal,
): Promise<Uint16Array> {
  const { width } = level;
  const height = Math.min(bandRows(plane.source, width), level.height - first);
  const box = { y: first, x: 0, height, width };
  return kept(
    parts,
    partKey(plane, level, first),
    2 * height * width,
    (stop) => readBox(plane, level, box, stop),
    signal,
  );
}

async function wholeLevel(plane: OpenPlane, level: StoredLevel, signal?: AbortSignal): Promise<LevelPlane> {
  const { height, width } = level;
  const samples = new Uint16Array(height * width);
  const rows = bandRows(plane.source, width);
  for (let y = 0; y < height; y += rows) samples.set(await bandOf(plane, level, y, signal), y * width);
  return { height, width, samples };
}

/** A level of ours in the file itself, if its size is the same except for rounding; `null` otherwise. */
function storedLevel({ source, image }: OpenPlane, level: number): StoredLevel | null {
  const height = Math.ceil(image.height / 2 ** level);
  const width = Math.ceil(image.width / 2 ** level);
  if (level === 0) return { stored: 0, height, width };
  const stored = source.levels.findIndex(
    (size, i) => i > 0 && Math.abs(size.height - height) <= 1 && Math.abs(size.width - width) <= 1,
  );
  return stored < 0 ? null : { stored, height, width };
}

/** A rectangle of a level in the file. Beyond its last row and column, these are repeated. */
async function readBox(
  plane: OpenPlane,
  { stored }: StoredLevel,
  { y, x, height, width }: { y: number; x: number; height: number; width: number },
  signal: AbortSignal,
): Promise<Uint16Array> {
  const { source, place } = plane;
  const scale = await scaleOf(plane, signal);
  const size = itemAt(source.levels, stored);
  const top = Math.min(y, size.height - 1);
  const left = Math.min(x, size.width - 1);
  const found = await source.getTile({ ...place, level: stored, y: top, x: left, height, width, signal });
  const samples = displaySamples(found.data, scale);
  if (found.height === height && found.width === width) return samples;
  const out = new Uint16Array(height * width);
  for (let row = 0; row < height; row++) {
    const start = Math.min(row, found.height - 1) * found.width;
    out.set(samples.subarray(start, start + found.width), row * width);
    out.fill(uint16At(samples, start + found.width - 1), row * width + found.width, (row + 1) * width);
  }
  return out;
}

function cutTile({ height, width, samples }: LevelPlane, top: number, left: number): Uint16Array {
  const area = {
    top,
    left,
    height: Math.min(tileSize, height - top),
    width: Math.min(tileSize, width - left),
  };
  return cutPixels(samples, width, area);
}

/** The key of the part of a level that begins in a row. */
function partKey({ key }: OpenPlane, { stored }: StoredLevel, row: number): string {
  return `${key}|${stored}|${row}`;
}

function noSuchPlane({ name }: ImageEntry): LacssError {
  return new LacssError('image-invalid', `${name} has no such time point, focal plane or channel.`, {
    subject: name,
  });
}
