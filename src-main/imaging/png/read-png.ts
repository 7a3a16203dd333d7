import { constants, inflateSync } from 'node:zlib';
import { decode, ResolutionUnitSpecifier, type DecodedPng } from 'fast-png';
import { LacssError } from '../../contract/errors.ts';
import type { PixelArray, PixelSizeUm, Raster } from '../../contract/pixels.ts';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The most pixels × channels read; as many as of a TIFF. */
const maxPixels = 2 ** 28;

/** Largest pixel, in µm, that is believed to be a microscope's and not a screen's. */
const largestCrediblePixelUm = 20;

/** Whether the bytes begin as a PNG does. */
export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads a PNG of any depth and colour: one channel a sample, indices where the colours are indexed.
 *
 * @throws LacssError `file-unsupported` where the bytes are no PNG or too many, `file-damaged` where anything is missing or does not
 * match its checksum.
 */
export function readPng(bytes: Uint8Array, fileName: string): Raster {
  if (!isPng(bytes)) {
    throw new LacssError('file-unsupported', `${fileName} is not a PNG, whatever its name says.`, {
      subject: fileName,
      remedy: 'Add TIFF or PNG images.',
    });
  }
  let png: DecodedPng;
  try {
    requireWholeImage(bytes, fileName);
    png = decode(bytes, { checkCrc: true });
  } catch (cause) {
    if (cause instanceof LacssError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LacssError('file-damaged', `${fileName} is damaged: ${reason}.`, {
      subject: fileName,
      remedy: 'Copy the file again from where it was made.',
      cause,
    });
  }
  const { height, width, channels } = png;
  const wide = png.depth === 16;
  const samples = png.depth < 8 ? unpackBits(png) : png.data;
  const planes: PixelArray[] = Array.from({ length: channels }, (_, c) => {
    const plane = wide ? new Uint16Array(height * width) : new Uint8Array(height * width);
    for (let i = 0; i < plane.length; i++) plane[i] = samples[i * channels + c]!;
    return plane;
  });
  return {
    height,
    width,
    dtype: wide ? 'uint16' : 'uint8',
    sizes: { t: 1, z: 1, c: channels },
    ...(channels === 1 ? {} : { samplesPerPage: channels }),
    planes,
    channelNames: channelNames(channels),
    pixelSizeUm: pixelSize(png),
  };
}

/** Inflates the image once, in bounded memory, and makes sure that no row is missing: the decoder would make it up. */
function requireWholeImage(bytes: Uint8Array, fileName: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const depth = view.getUint8(24);
  const samples = [1, 0, 3, 1, 2, 0, 4][view.getUint8(25)] ?? 0;
  const interlaced = view.getUint8(28) === 1;
  if (width === 0 || height === 0 || samples === 0) throw new Error('its header makes no sense');
  if (width * height * samples > maxPixels) {
    throw new LacssError(
      'file-unsupported',
      `${fileName} has ${width} × ${height} pixels of ${samples} samples, more than ${maxPixels}.`,
      { subject: fileName, remedy: 'Cut it into several images.' },
    );
  }
  const stored: Uint8Array[] = [];
  for (let at = 8; at + 8 <= bytes.length;) {
    const length = view.getUint32(at);
    const isData = view.getUint32(at + 4) === 0x49444154; // IDAT
    if (isData) stored.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const expected = filteredBytes(width, height, depth * samples, interlaced);
  const { length } = inflateSync(Buffer.concat(stored), {
    finishFlush: constants.Z_SYNC_FLUSH,
    maxOutputLength: expected + 65536,
  });
  if (length < expected) throw new Error(`only ${length} of ${expected} bytes of its pixels are there`);
}

/** How many bytes the rows take with their filter bytes (Portable Network Graphics, second edition, W3C 2003, sections 7 and 8). */
function filteredBytes(width: number, height: number, bitsPerPixel: number, interlaced: boolean): number {
  const rows = (h: number, w: number): number =>
    h > 0 && w > 0 ? h * (1 + Math.ceil((w * bitsPerPixel) / 8)) : 0;
  if (!interlaced) return rows(height, width);
  // Adam7: start and step along y and x of each pass.
  const passes = [
    [0, 8, 0, 8],
    [0, 8, 4, 8],
    [4, 8, 0, 4],
    [0, 4, 2, 4],
    [2, 4, 0, 2],
    [0, 2, 1, 2],
    [1, 2, 0, 1],
  ] as const;
  let total = 0;
  for (const [y0, dy, x0, dx] of passes)
    total += rows(Math.ceil((height - y0) / dy), Math.ceil((width - x0) / dx));
  return total;
}

/** Samples of 1, 2 or 4 bits, packed from the high bit; each row begins on a byte. */
function unpackBits({ data, depth, width, height, channels }: DecodedPng): Uint8Array {
  const perRow = width * channels;
  const rowBytes = Math.ceil((perRow * depth) / 8);
  const out = new Uint8Array(height * perRow);
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < perRow; i++) {
      const bit = i * depth;
      const byte = data[y * rowBytes + (bit >> 3)]!;
      out[y * perRow + i] = (byte >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
    }
  }
  return out;
}

function channelNames(channels: number): string[] {
  if (channels >= 3) return ['Red', 'Green', 'Blue', 'Alpha'].slice(0, channels);
  return ['Channel 1', 'Alpha'].slice(0, channels);
}

function pixelSize({ resolution }: DecodedPng): PixelSizeUm | null {
  if (resolution?.unit !== ResolutionUnitSpecifier.METRE) return null;
  const y = 1e6 / resolution.y;
  const x = 1e6 / resolution.x;
  return y > 0 && x > 0 && Math.max(y, x) <= largestCrediblePixelUm ? { y, x } : null;
}
