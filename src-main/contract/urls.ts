import { numberAt } from './elements.ts';
import type { ImageId, ProjectId } from './fields.ts';

/**
 * Pixels travel by URL, relative to the page: `app://studio/…` in Electron, `http://127.0.0.1:port/…` in a
 * browser. They are streamed and cached by the browser, never base64.
 */

/** Rows and columns of a display tile; tiles at the bottom and right edge are smaller. */
export const tileSize = 512;

/** One display tile: level 0 is full resolution, each further level halves both sides (rounded up). */
export interface TileAddress {
  project: ProjectId;
  image: ImageId;
  /**
   * Changes with the pixels of the image ({@link ImageSummary.pixels}), so that tiles can be cached forever.
   */
  pixels: string;
  t: number;
  z: number;
  c: number;
  level: number;
  /** Row and column of the tile, from the top left. */
  row: number;
  column: number;
}

/** A composite of the image's channels with automatic contrast, as PNG. */
export interface ThumbnailAddress {
  project: ProjectId;
  image: ImageId;
  pixels: string;
  /** The longer side in px: 96, 192 or 384. */
  size: number;
}

/**
 * The URL of a tile: raw little-endian uint16 samples, row-major, without header. {@link ChannelView} has
 * their scale. In a level of h × w px, the tile (row, column) has min(512, h − 512·row) × min(512, w −
 * 512·column) samples.
 */
export function tileUrl({ project, image, pixels, t, z, c, level, row, column }: TileAddress): string {
  const place = [t, z, c, level, row, column].join('/');
  return `tile/${project}/${encodeURIComponent(image)}/${pixels}/${place}`;
}

/** The URL of a thumbnail. */
export function thumbnailUrl({ project, image, pixels, size }: ThumbnailAddress): string {
  return `thumbnail/${project}/${encodeURIComponent(image)}/${pixels}/${size}`;
}

/** The tile or thumbnail of a URL path, otherwise null. The inverse of the two functions above. */
export function parsePixelUrl(
  path: string,
): ({ kind: 'tile' } & TileAddress) | ({ kind: 'thumbnail' } & ThumbnailAddress) | null {
  const [kind, project, encodedImage, pixels, ...rest] = path.split('/');
  if (!/^[a-z0-9]{1,64}$/.test(project ?? '') || !/^[a-z0-9]{1,64}$/.test(pixels ?? '')) return null;
  const image = decodeName(encodedImage ?? '');
  if (image === null || !rest.every((part) => /^\d{1,7}$/.test(part))) return null;
  const numbers = rest.map(Number);
  const address = { project: project!, image, pixels: pixels! };
  if (kind === 'tile' && numbers.length === 6) {
    const [t, z, c, level, row, column] = numbers as [number, number, number, number, number, number];
    return { kind, ...address, t, z, c, level, row, column };
  }
  if (kind === 'thumbnail' && numbers.length === 1 && [96, 192, 384].includes(numberAt(numbers, 0))) {
    return { kind, ...address, size: numberAt(numbers, 0) };
  }
  return null;
}

function decodeName(encoded: string): string | null {
  try {
    const name = decodeURIComponent(encoded);
    return name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name) ? null : name;
  } catch {
    return null;
  }
}
