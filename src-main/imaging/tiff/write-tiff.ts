import { deflateSync } from 'node:zlib';
import type { PixelArray, Raster } from '../../contract/pixels.ts';
import { describeAsImageJ, describeAsOme } from './describe-raster.ts';
import { Tag } from './tags.ts';

export interface WriteTiffOptions {
  /** How axes, channel names and calibration are kept. @default 'ome' */
  description?: 'ome' | 'imagej' | 'none';
  /** @default 'deflate' */
  compression?: 'deflate' | 'none';
}

/** Bytes a strip has at least, before compression: large enough to compress well, small enough to read in parts. */
const stripBytes = 1 << 18;

const short = 3;
const long = 4;
const rational = 5;
const ascii = 2;

type Entry = readonly [tag: number, type: number, values: readonly number[] | Uint8Array];

/** A file under construction: what was written so far, and where the next byte goes. */
class Output {
  readonly #parts: Uint8Array[] = [];
  length = 0;

  /** Appends bytes at an even offset, as TIFF wants it, and tells the offset. */
  append(bytes: Uint8Array): number {
    const at = this.length;
    this.#parts.push(bytes);
    this.length += bytes.length;
    if (this.length % 2 === 1) {
      this.#parts.push(new Uint8Array(1));
      this.length++;
    }
    return at;
  }

  join(): Uint8Array {
    const out = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}

/**
 * Writes a raster as TIFF, little-endian, one page a plane in the order t, z, c (c fastest), numbers unchanged.
 *
 * @throws RangeError where the planes do not match the sizes, or the file would exceed the 4 GB that TIFF can address.
 */
export function writeTiff(raster: Raster, options: WriteTiffOptions = {}): Uint8Array {
  const { description = 'ome', compression = 'deflate' } = options;
  const { sizes, planes, height, width } = raster;
  if (planes.length === 0 || planes.length !== sizes.t * sizes.z * sizes.c) {
    throw new RangeError(`${planes.length} planes, expected ${sizes.t} × ${sizes.z} × ${sizes.c}`);
  }
  const misfit = planes.find((plane) => plane.length !== height * width);
  if (misfit !== undefined) {
    throw new RangeError(`a plane of ${misfit.length} pixels, expected ${height} × ${width}`);
  }
  const output = new Output();
  const header = new Uint8Array(8);
  output.append(header);
  let link: { view: DataView; at: number } = { view: new DataView(header.buffer), at: 4 };
  header.set([0x49, 0x49, 42, 0]);
  planes.forEach((plane, index) => {
    const strips = appendStrips(output, plane, height, width, compression);
    const text = index === 0 ? describe(raster, description) : '';
    const entries: Entry[] = [
      [Tag.NewSubfileType, long, [0]],
      [Tag.ImageWidth, long, [width]],
      [Tag.ImageLength, long, [height]],
      [Tag.BitsPerSample, short, [8 * plane.BYTES_PER_ELEMENT]],
      [Tag.Compression, short, [compression === 'deflate' ? 8 : 1]],
      [Tag.PhotometricInterpretation, short, [1]],
      ...(text === '' ? [] : [[Tag.ImageDescription, ascii, new TextEncoder().encode(`${text}\0`)] as const]),
      [Tag.StripOffsets, long, strips.offsets],
      [Tag.SamplesPerPixel, short, [1]],
      [Tag.RowsPerStrip, long, [strips.rows]],
      [Tag.StripByteCounts, long, strips.byteCounts],
      ...resolutionEntries(raster, description),
      [Tag.Software, ascii, new TextEncoder().encode('LACSS Studio\0')],
      [Tag.SampleFormat, short, [sampleFormat(plane)]],
    ];
    const directory = appendDirectory(output, entries);
    if (output.length > 0xffffffff) {
      throw new RangeError(`a TIFF of more than ${output.length} bytes, expected less than 4 GB`);
    }
    link.view.setUint32(link.at, directory.offset, true);
    link = directory.link;
  });
  return output.join();
}

function describe(raster: Raster, description: NonNullable<WriteTiffOptions['description']>): string {
  if (description === 'ome') return describeAsOme(raster);
  return description === 'imagej' ? describeAsImageJ(raster) : '';
}

function sampleFormat(plane: PixelArray): number {
  if (plane instanceof Float32Array || plane instanceof Float64Array) return 3;
  return plane instanceof Int8Array || plane instanceof Int16Array || plane instanceof Int32Array ? 2 : 1;
}

function appendStrips(
  output: Output,
  plane: PixelArray,
  height: number,
  width: number,
  compression: 'deflate' | 'none',
): { offsets: number[]; byteCounts: number[]; rows: number } {
  const rows = Math.min(height, Math.max(1, Math.ceil(stripBytes / (width * plane.BYTES_PER_ELEMENT))));
  const offsets: number[] = [];
  const byteCounts: number[] = [];
  for (let y = 0; y < height; y += rows) {
    const part = plane.subarray(y * width, Math.min(y + rows, height) * width);
    const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    const stored = compression === 'deflate' ? deflateSync(bytes) : bytes;
    byteCounts.push(stored.length);
    offsets.push(output.append(stored));
  }
  return { offsets, byteCounts, rows };
}

/** XResolution and YResolution: pixels per µm under ImageJ's own unit, else pixels per cm. */
function resolutionEntries({ pixelSizeUm }: Raster, description: WriteTiffOptions['description']): Entry[] {
  if (pixelSizeUm === null) return [];
  const own = description === 'imagej';
  const unitUm = own ? 1 : 10000;
  return [
    [Tag.XResolution, rational, asRational(unitUm / pixelSizeUm.x)],
    [Tag.YResolution, rational, asRational(unitUm / pixelSizeUm.y)],
    [Tag.ResolutionUnit, short, [own ? 1 : 3]],
  ];
}

/** A positive number as a fraction of 32-bit integers, with the largest power of ten below that fits. */
function asRational(value: number): [number, number] {
  let denominator = 1_000_000_000;
  while (denominator > 1 && value * denominator > 0xffffffff) denominator /= 10;
  return [Math.min(0xffffffff, Math.round(value * denominator)), denominator];
}

/** Appends one image file directory; `link` is where the offset of the next one goes. */
function appendDirectory(
  output: Output,
  entries: readonly Entry[],
): { offset: number; link: { view: DataView; at: number } } {
  const directory = new DataView(new ArrayBuffer(2 + 12 * entries.length + 4));
  directory.setUint16(0, entries.length, true);
  entries.forEach(([tag, type, values], i) => {
    const at = 2 + 12 * i;
    const bytes = encodeValues(type, values);
    directory.setUint16(at, tag, true);
    directory.setUint16(at + 2, type, true);
    directory.setUint32(at + 4, type === rational ? values.length / 2 : values.length, true);
    if (bytes.length <= 4) new Uint8Array(directory.buffer).set(bytes, at + 8);
    else directory.setUint32(at + 8, output.append(bytes), true);
  });
  const offset = output.append(new Uint8Array(directory.buffer));
  return { offset, link: { view: directory, at: 2 + 12 * entries.length } };
}

function encodeValues(type: number, values: readonly number[] | Uint8Array): Uint8Array {
  if (values instanceof Uint8Array) return values;
  const size = type === short ? 2 : 4;
  const view = new DataView(new ArrayBuffer(size * values.length));
  values.forEach((value, i) => {
    if (type === short) view.setUint16(2 * i, value, true);
    else view.setUint32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}
