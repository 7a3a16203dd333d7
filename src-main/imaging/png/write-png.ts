import { encode } from 'fast-png';

/** Pixels with their channels side by side: grey, RGB or RGBA, of 8 or 16 bits. */
export interface PngPixels {
  height: number;
  width: number;
  channels: 1 | 3 | 4;
  /** height × width × channels values. */
  data: Uint8Array | Uint16Array;
}

/**
 * Writes a PNG without loss.
 *
 * @param level how hard the pixels are pressed, 1 or 3: masks, which come out small in any case and are written while a person
 * waits, take half the time at 1. @default 3
 * @throws RangeError where `data` has another length than height × width × channels.
 */
export function writePng({ height, width, channels, data }: PngPixels, level: 1 | 3 = 3): Uint8Array {
  if (data.length !== height * width * channels) {
    throw new RangeError(`data of ${data.length} values, expected ${height} × ${width} × ${channels}`);
  }
  const depth = data instanceof Uint16Array ? 16 : 8;
  return encode({ height, width, channels, data, depth }, { zlib: { level } });
}
