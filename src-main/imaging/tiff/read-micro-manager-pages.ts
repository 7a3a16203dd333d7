import { itemAt } from '../../contract/elements.ts';
import type { PixelSizeUm } from '../../contract/pixels.ts';
import type { TagDirectory } from './tag-directory.ts';
import { Tag } from './tags.ts';

/** The planes of one stage position of a Micro-Manager file, in the order t, z, c. */
export interface MicroManagerImage {
  /** The position's name, otherwise its number; `null` if the file has no positions. */
  name: string | null;
  sizes: { t: number; z: number; c: number };
  pages: number[];
  /** `null` for numbered channels. */
  channelNames: (string | null)[];
  pixelSizeUm: PixelSizeUm | null;
}

type AxisValue = string | number;

interface Page {
  page: number;
  axes: Readonly<Record<string, AxisValue>>;
}

/** Axes with a meaning here. All others must have one value. */
const knownAxes: readonly string[] = ['time', 'z', 'channel', 'position'];

/**
 * The images of an NDTiff file of Micro-Manager or Pycro-Manager. The metadata of each page (tag 51123) have
 * its place along named axes: `{"Axes": {"z": 2, "channel": "DAPI"}}`. Pages may have any order.
 *
 * Source: NDTiff, https://github.com/micro-manager/NDStorage.
 * @param directories all pages; the first with its values loaded
 * @returns `null` if a page lacks its axes, if planes are missing, or if there are other axes than time, z,
 *   channel and position
 */
export async function readMicroManagerPages(
  directories: readonly TagDirectory[],
): Promise<MicroManagerImage[] | null> {
  const first = metadataOf(itemAt(directories, 0));
  if (first === null || axesOf(first) === null) return null;
  const pages: Page[] = [];
  for (const [page, directory] of directories.entries()) {
    await directory.load(new Set([Tag.MicroManagerMetadata]));
    const axes = axesOf(metadataOf(directory));
    directory.unload();
    if (axes === null) return null;
    pages.push({ page, axes });
  }
  const others = new Set(
    pages.flatMap(({ axes }) => Object.keys(axes)).filter((axis) => !knownAxes.includes(axis)),
  );
  if ([...others].some((axis) => valuesOf(pages, axis).length > 1)) return null;
  const pixelSizeUm = pixelSizeOf(first);
  const positions = valuesOf(pages, 'position');
  const images = positions.map((position) => {
    const own = pages.filter(({ axes }) => (axes.position ?? 0) === position);
    const image = imageOf(own);
    if (image === null) return null;
    const name = typeof position === 'number' ? `Position ${position + 1}` : position;
    return { ...image, name: positions.length > 1 ? name : null, pixelSizeUm };
  });
  return images.every((image) => image !== null) ? images : null;
}

/** The planes of one position if they fill a box. */
function imageOf(pages: readonly Page[]): Omit<MicroManagerImage, 'name' | 'pixelSizeUm'> | null {
  const [ts, zs, cs] = ['time', 'z', 'channel'].map((axis) => valuesOf(pages, axis)) as [
    AxisValue[],
    AxisValue[],
    AxisValue[],
  ];
  const placeOf = (t: AxisValue, z: AxisValue, c: AxisValue): string => JSON.stringify([t, z, c]);
  const byPlace = new Map(
    pages.map(({ page, axes }) => [placeOf(axes.time ?? 0, axes.z ?? 0, axes.channel ?? 0), page]),
  );
  const ordered = ts.flatMap((t) => zs.flatMap((z) => cs.map((c) => byPlace.get(placeOf(t, z, c)))));
  if (byPlace.size !== pages.length || ordered.length !== pages.length) return null;
  return {
    sizes: { t: ts.length, z: zs.length, c: cs.length },
    pages: ordered.map((page) => page!),
    channelNames: cs.map((c) => (typeof c === 'string' ? c : null)),
  };
}

/** The values along an axis: numbers in ascending order, names in the order of the pages. */
function valuesOf(pages: readonly Page[], axis: string): AxisValue[] {
  const values = [...new Set(pages.map(({ axes }) => axes[axis] ?? 0))];
  return values.every((value) => typeof value === 'number') ? values.sort((a, b) => a - b) : values;
}

function metadataOf(directory: TagDirectory): Readonly<Record<string, unknown>> | null {
  const text = directory.textIfSound(Tag.MicroManagerMetadata);
  if (text === undefined) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function axesOf(metadata: Readonly<Record<string, unknown>> | null): Page['axes'] | null {
  const axes = metadata?.Axes;
  if (typeof axes !== 'object' || axes === null || Array.isArray(axes)) return null;
  const isValue = (value: unknown): boolean => typeof value === 'string' || Number.isInteger(value);
  return Object.values(axes).every(isValue) ? (axes as Record<string, AxisValue>) : null;
}

/** Micro-Manager writes 0 if the camera is not calibrated. */
function pixelSizeOf({ PixelSizeUm: size }: Readonly<Record<string, unknown>>): PixelSizeUm | null {
  return typeof size === 'number' && size > 0 ? { y: size, x: size } : null;
}
