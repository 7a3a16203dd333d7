import type { Dtype, PixelArray, PixelSizeUm } from '../../contract/pixels.ts';

/** Height and width of one level, in its own pixels. */
export interface LevelSize {
  height: number;
  width: number;
}

/** The part of an image to read. */
export interface TileRequest {
  channel: number;
  /** @default 0 */
  z?: number;
  /** @default 0 */
  t?: number;
  /** 0 is the full-resolution image; each next level is smaller. @default 0 */
  level?: number;
  /** Left column in pixels of the level. @default 0 */
  x?: number;
  /** Top row in pixels of the level. @default 0 */
  y?: number;
  /** @default up to the right edge */
  width?: number;
  /** @default up to the bottom edge */
  height?: number;
  signal?: AbortSignal | undefined;
}

/** The requested pixels with the file's own values, cropped at the image's edges. */
export interface PixelTile extends LevelSize {
  /** height × width values, in row order. */
  data: PixelArray;
}

/**
 * An image that is read piece by piece. Opening it reads a few kilobytes; pixels are decoded on request. The
 * idea follows Viv's pixel sources (Manz et al., "Viv", Nature Methods 19, 2022).
 *
 * @example
 * const [source] = await openImage(await openFileBytes('field.ome.tif'), 'field.ome.tif');
 * const { data } = await source.getTile({ channel: 1, x: 512, y: 0, width: 256, height: 256 });
 */
export interface PixelSource {
  /** The image's name in the file if it holds several; `null` otherwise. */
  readonly name: string | null;
  /** Numbers of time points, channels, focal planes, rows and columns. */
  readonly shape: { t: number; c: number; z: number; y: number; x: number };
  /** The full-resolution image and the smaller copies in the file, largest first. */
  readonly levels: readonly LevelSize[];
  readonly dtype: Dtype;
  /** `null` if the file has no calibration. */
  readonly pixelSizeUm: PixelSizeUm | null;
  /** One name per channel. */
  readonly channelNames: readonly string[];
  /** Size of the file's blocks at level 0: reading part of one takes as long as reading all of it. */
  readonly tileSize: LevelSize;
  /** Whether the axes are guessed from the number of pages, because the file does not state them. */
  readonly axesAreGuessed: boolean;
  /** Channels per page; more than 1 for colour images. */
  readonly samplesPerPage: number;
  /**
   * Reads the pixels of one rectangle of one plane.
   *
   * @throws RangeError if there is no such plane, level or rectangle.
   * @throws LacssError `file-damaged`, `file-unreadable`, `cancelled`.
   */
  getTile(request: TileRequest): Promise<PixelTile>;
  /**
   * The same pixels in bands of some megabytes, from the top down. For work that needs every pixel, but not
   * all at once. A band's `y` counts from the top of the level.
   *
   * @throws as `getTile`.
   */
  getBands(request: TileRequest): AsyncGenerator<PixelTile & { y: number }>;
}

/** A request with defaults and with its rectangle cropped at the level's edges. */
export type FullTileRequest = Required<Omit<TileRequest, 'signal'>> & Pick<TileRequest, 'signal'>;

/**
 * Fills in the defaults of a request.
 *
 * @throws RangeError if the source has no such plane, level or rectangle.
 */
export function completeRequest(
  { shape, levels }: Pick<PixelSource, 'shape' | 'levels'>,
  {
    channel,
    z = 0,
    t = 0,
    level = 0,
    x = 0,
    y = 0,
    width = Infinity,
    height = Infinity,
    signal,
  }: TileRequest,
): FullTileRequest {
  const isIndex = (value: number, size: number): boolean =>
    Number.isInteger(value) && value >= 0 && value < size;
  if (!isIndex(t, shape.t) || !isIndex(z, shape.z) || !isIndex(channel, shape.c)) {
    throw new RangeError(
      `plane t ${t}, z ${z}, c ${channel}; expected less than t ${shape.t}, z ${shape.z}, c ${shape.c}`,
    );
  }
  const size = levels[level];
  if (size === undefined) throw new RangeError(`level ${level}; expected less than ${levels.length}`);
  if (!isIndex(x, size.width) || !isIndex(y, size.height) || !(width > 0) || !(height > 0)) {
    throw new RangeError(
      `the rectangle of ${width} × ${height} px at x ${x}, y ${y}; the level has ${size.width} × ${size.height} px`,
    );
  }
  return {
    channel,
    z,
    t,
    level,
    x,
    y,
    width: Math.min(width, size.width - x),
    height: Math.min(height, size.height - y),
    signal,
  };
}
