import { crc32 } from 'node:zlib';
import { LacssError } from '../../contract/errors.ts';
import type { PixelArray, PixelSizeUm } from '../../contract/pixels.ts';
import { calibration, isCredible } from '../source/calibration.ts';
import { emptyArray } from '../source/empty-array.ts';
import { inflateStream } from '../source/inflate-stream.ts';
import { requireMemory } from '../source/memory-budget.ts';
import {
  completeRequest,
  type PixelSource,
  type PixelTile,
  type TileRequest,
} from '../source/pixel-source.ts';
import type { RandomAccess } from '../source/random-access.ts';
import { decodeSamples, dtypeOf } from '../tiff/decode-samples.ts';
import { unfilterRow } from './unfilter-row.ts';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Largest number of pixels, as for a TIFF. */
const maxPixels = 2 ** 28;
/** An interlaced PNG is decoded as a whole, which takes this number of bytes per sample. */
const interlacedSampleBytes = 8;
/** Inflated bytes per band. */
const bandBytes = 2 ** 22;
/** Bytes read from the file at a time. */
const pieceBytes = 2 ** 20;
/** No header or palette is longer; other chunks are skipped. */
const mostHeaderBytes = 1024;

/** Whether the bytes begin like a PNG. */
export function isPng(start: Uint8Array): boolean {
  return signature.every((byte, i) => start[i] === byte);
}

/** The position of a chunk's data. */
interface Chunk {
  type: string;
  start: number;
  length: number;
}

interface Header {
  height: number;
  width: number;
  depth: number;
  samples: number;
  interlaced: boolean;
}

/**
 * Opens a PNG of any depth and colour: one channel per sample; indexed colours give their indices. Rows are
 * decoded on request, always from the top, because each row depends on the one above.
 *
 * Source: Portable Network Graphics, second edition, W3C 2003.
 *
 * @throws LacssError `file-unsupported` if the bytes are not a PNG or there are too many; `file-damaged` if
 *   anything is missing or does not match its checksum. Pixels are checked when they are read.
 */
export async function openPng(file: RandomAccess, fileName: string): Promise<PixelSource> {
  if (!isPng(await file.read(0, Math.min(8, file.size)))) {
    throw new LacssError('file-unsupported', `${fileName} is not a PNG, despite its name.`, {
      subject: fileName,
      remedy: 'Add TIFF or PNG images.',
    });
  }
  const chunks = await damagedUnless(fileName, () => readChunks(file));
  const header = await damagedUnless(fileName, () => readHeader(file, chunks, fileName));
  const pixelSizeUm = await damagedUnless(fileName, () => readPixelSize(file, chunks));
  return new PngSource(file, fileName, chunks, header, pixelSizeUm);
}

/** Converts any failure of a step into the error for a damaged file. */
async function damagedUnless<T>(fileName: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    if (cause instanceof LacssError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LacssError('file-damaged', `${fileName} is damaged: ${reason}.`, {
      subject: fileName,
      remedy: 'Copy the file again from its source.',
      cause,
    });
  }
}

async function readChunks(file: RandomAccess): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for (let at = 8; at + 8 <= file.size;) {
    const head = viewOf(await file.read(at, 8));
    const length = head.getUint32(0);
    const type = String.fromCharCode(...new Uint8Array(head.buffer, head.byteOffset + 4, 4));
    if (at + 12 + length > file.size) throw new Error(`it ends within a chunk of type ${type}`);
    chunks.push({ type, start: at + 8, length });
    at += 12 + length;
    if (type === 'IEND') break;
  }
  return chunks;
}

/** The checked data of a short chunk. */
async function readChunk(file: RandomAccess, { type, start, length }: Chunk): Promise<DataView> {
  if (length > mostHeaderBytes) throw new Error(`its chunk ${type} has ${length} bytes`);
  const bytes = await file.read(start - 4, length + 8);
  const view = viewOf(bytes);
  if (crc32(bytes.subarray(0, length + 4)) !== view.getUint32(length + 4)) {
    throw new Error(`its chunk ${type} does not match its checksum`);
  }
  return viewOf(bytes.subarray(4, length + 4));
}

async function readHeader(file: RandomAccess, [first]: readonly Chunk[], fileName: string): Promise<Header> {
  if (first?.type !== 'IHDR' || first.length !== 13) throw new Error('its header is missing');
  const view = viewOf(await file.read(first.start, first.length));
  const [width, height, depth] = [view.getUint32(0), view.getUint32(4), view.getUint8(8)];
  const samples = [1, 0, 3, 1, 2, 0, 4][view.getUint8(9)] ?? 0;
  const interlaced = view.getUint8(12) === 1;
  if (width === 0 || height === 0 || samples === 0 || ![1, 2, 4, 8, 16].includes(depth)) {
    throw new Error('its header is invalid');
  }
  if (width * height > maxPixels) {
    throw new LacssError(
      'file-unsupported',
      `${fileName} has ${width} × ${height} pixels, more than ${maxPixels}.`,
      { subject: fileName, remedy: 'Divide it into several images.' },
    );
  }
  if (interlaced) {
    requireMemory(
      {
        bytes: width * height * samples,
        copies: interlacedSampleBytes,
        what: `an interlaced image of ${width} × ${height} pixels`,
        remedy: 'Save it without interlacing, or as TIFF.',
      },
      fileName,
    );
  }
  await readChunk(file, first);
  return { height, width, depth, samples, interlaced };
}

async function readPixelSize(file: RandomAccess, chunks: readonly Chunk[]): Promise<PixelSizeUm | null> {
  const chunk = chunks.find(({ type }) => type === 'pHYs');
  if (chunk === undefined) return null;
  const view = await readChunk(file, chunk);
  const perMetre = 1;
  if (view.byteLength !== 9 || view.getUint8(8) !== perMetre) return null;
  const size = calibration(1e6 / view.getUint32(4), 1e6 / view.getUint32(0));
  return size !== null && isCredible(size) ? size : null;
}

class PngSource implements PixelSource {
  readonly name = null;
  readonly shape: PixelSource['shape'];
  readonly levels: PixelSource['levels'];
  readonly dtype: PixelSource['dtype'];
  readonly pixelSizeUm: PixelSizeUm | null;
  readonly channelNames: readonly string[];
  readonly samplesPerPage: number;
  readonly axesAreGuessed = false;
  readonly tileSize: PixelSource['tileSize'];
  readonly #file: RandomAccess;
  readonly #fileName: string;
  readonly #chunks: readonly Chunk[];
  readonly #header: Header;

  constructor(
    file: RandomAccess,
    fileName: string,
    chunks: readonly Chunk[],
    header: Header,
    pixelSizeUm: PixelSizeUm | null,
  ) {
    const { height, width, depth, samples } = header;
    this.shape = { t: 1, z: 1, c: samples, y: height, x: width };
    this.levels = [{ height, width }];
    this.dtype = dtypeOf({ bits: depth, kind: 'uint' });
    this.pixelSizeUm = pixelSizeUm;
    this.channelNames = channelNames(samples);
    this.samplesPerPage = samples;
    this.tileSize = { height, width };
    this.#file = file;
    this.#fileName = fileName;
    this.#chunks = chunks;
    this.#header = header;
  }

  async getTile(request: TileRequest): Promise<PixelTile> {
    const { y, width, height } = completeRequest(this, request);
    let data: PixelArray | null = null;
    for await (const band of this.getBands(request)) {
      if (band.height === height) return { height, width, data: band.data };
      data ??= emptyArray(this.dtype, height * width);
      data.set(band.data, (band.y - y) * width);
    }
    return { height, width, data: data ?? emptyArray(this.dtype, height * width) };
  }

  async *getBands(request: TileRequest): AsyncGenerator<PixelTile & { y: number }> {
    const { channel, x, y, width, height, signal } = completeRequest(this, request);
    const { samples } = this.#header;
    const rows = this.#header.interlaced ? this.#allRows() : this.#rows(y, y + height);
    try {
      for (;;) {
        if (signal?.aborted) {
          throw new LacssError('cancelled', `Reading ${this.#fileName} was stopped.`, {
            subject: this.#fileName,
          });
        }
        const next = await damagedUnless(this.#fileName, () => rows.next());
        if (next.done === true) return;
        const first = Math.max(y, next.value.y);
        const end = Math.min(y + height, next.value.y + next.value.height);
        const data = emptyArray(this.dtype, (end - first) * width);
        for (let row = first; row < end; row++) {
          let at = ((row - next.value.y) * this.#header.width + x) * samples + channel;
          for (let i = (row - first) * width; i < (row - first + 1) * width; i++, at += samples) {
            data[i] = next.value.values[at]!;
          }
        }
        yield { y: first, height: end - first, width, data };
      }
    } finally {
      await rows.return(undefined);
    }
  }

  /** Rows from `from` to before `to`, with samples interleaved. */
  async *#rows(from: number, to: number): AsyncGenerator<{ y: number; height: number; values: PixelArray }> {
    const { width, height, depth, samples } = this.#header;
    const rowBytes = Math.ceil((width * samples * depth) / 8);
    const perPixel = Math.max(1, (samples * depth) / 8);
    const format = { bits: depth, kind: 'uint', predictor: 'none', littleEndian: false } as const;
    const bandHeight = Math.max(1, Math.floor(bandBytes / rowBytes));
    const stream = inflateStream(this.#packed());
    try {
      let above: Uint8Array = new Uint8Array(rowBytes);
      for (let y = 0; y < to;) {
        const end = Math.min(to, y < from ? Math.min(from, y + bandHeight) : y + bandHeight);
        const filtered = await stream.next((end - y) * (rowBytes + 1));
        const band = new Uint8Array((end - y) * rowBytes);
        for (let row = 0; row < end - y; row++) {
          const own = band.subarray(row * rowBytes, (row + 1) * rowBytes);
          const start = row * (rowBytes + 1);
          own.set(filtered.subarray(start + 1, start + 1 + rowBytes));
          unfilterRow(filtered[start]!, own, above, perPixel);
          above = own;
        }
        if (end === height) await stream.finish(65536);
        if (y >= from) {
          const values = decodeSamples({ ...format, samples, separate: false, blockWidth: width }, band);
          yield { y, height: end - y, values };
        }
        y = end;
      }
    } finally {
      stream.close();
    }
  }

  /** The compressed rows, piece by piece; each chunk is checked at its end. */
  async *#packed(): AsyncGenerator<Uint8Array> {
    for (const { type, start, length } of this.#chunks) {
      if (type !== 'IDAT') continue;
      let sum = crc32(type);
      for (let at = 0; at < length; at += pieceBytes) {
        const piece = await this.#file.read(start + at, Math.min(pieceBytes, length - at));
        sum = crc32(piece, sum);
        yield piece;
      }
      if (viewOf(await this.#file.read(start + length, 4)).getUint32(0) !== sum) {
        throw new Error('its pixels do not match their checksum');
      }
    }
  }

  /** All rows of an interlaced image, which are distributed over the whole file. */
  async *#allRows(): AsyncGenerator<{ y: number; height: number; values: PixelArray }> {
    const { width, height, depth, samples } = this.#header;
    // The decoder invents missing rows, so they are counted here.
    const stream = inflateStream(this.#packed());
    try {
      await stream.skip(interlacedBytes(this.#header));
      await stream.finish(65536);
    } finally {
      stream.close();
    }
    const kept = this.#chunks.filter(({ type }) => ['IHDR', 'PLTE', 'IDAT', 'IEND'].includes(type));
    const parts: Uint8Array[] = [Uint8Array.from(signature)];
    for (const { start, length } of kept) parts.push(await this.#file.read(start - 8, length + 12));
    const png = (await import('fast-png')).decode(Buffer.concat(parts), { checkCrc: true });
    const format = { bits: depth, kind: 'uint', predictor: 'none', littleEndian: false } as const;
    const values =
      depth < 8
        ? decodeSamples({ ...format, samples, separate: false, blockWidth: width }, Uint8Array.from(png.data))
        : (png.data as PixelArray);
    yield { y: 0, height, values };
  }
}

/** Number of bytes of interlaced rows with their filter bytes (sections 7 and 8). */
function interlacedBytes({ width, height, depth, samples }: Header): number {
  const rows = (h: number, w: number): number =>
    h > 0 && w > 0 ? h * (1 + Math.ceil((w * depth * samples) / 8)) : 0;
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

function channelNames(channels: number): string[] {
  if (channels >= 3) return ['Red', 'Green', 'Blue', 'Alpha'].slice(0, channels);
  return ['Channel 1', 'Alpha'].slice(0, channels);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
