import { encode } from 'fast-png';

/** Pixels with interleaved channels: grey, RGB or RGBA, of 8 or 16 bits. */
export interface PngPixels {
  height: number;
  width: number;
  channels: 1 | 3 | 4;
  /** height × width × channels values. */
  data: Uint8Array | Uint16Array;
}

/**
 * Writes a lossless PNG.
 *
 * @param level compression level, 1 or 3. Masks are small anyway and people wait for them: level 1 takes half
 *   the time. @default 3
 * @throws RangeError if the length of `data` is not height × width × channels.
 */
export function writePng({ height, width, channels, data }: PngPixels, level: 1 | 3 = 3): Uint8Array {
  if (data.length !== height * width * channels) {
    throw new RangeError(`data of ${data.length} values, expected ${height} × ${width} × ${channels}`);
  }
  const depth = data instanceof Uint16Array ? 16 : 8;
  return encode({ height, width, channels, data, depth }, { zlib: { level } });
}
