import { deflateSync } from 'node:zlib';
import utif, { type WrittenDirectory } from 'utif';
import { itemAt } from '../../contract/elements.ts';
import type { Dtype, PixelArray, Raster } from '../../contract/pixels.ts';
import { describeAsImageJ, describeAsOme } from './describe-raster.ts';
import { Tag } from './tags.ts';

export interface WriteTiffOptions {
  /** How axes, channel names and calibration are stored. @default 'ome' */
  description?: 'ome' | 'imagej' | 'none';
  /** @default 'deflate' */
  compression?: 'deflate' | 'none';
}

/** A plane whose rows are made when they are written, for images too large to hold. */
export interface MadePlane {
  /** `height` rows from `top` on, of the raster's dtype. */
  rows: (top: number, height: number) => PixelArray;
}

/** A raster to write. A plane in memory is one strip, a plane made of rows is several. */
export type WritableRaster = Omit<Raster, 'planes'> & { planes: readonly (PixelArray | MadePlane)[] };

/** Bytes of a strip of a made plane, before compression. */
const stripBytes = 2 ** 23;

/** Size of utif's space for directories; pixels follow it. */
const directoryBytes = 20_000;
/** Largest numerator and denominator: some readers treat both as signed. */
const largestPart = 2 ** 31 - 1;

const short = 3;
const long = 4;
const ascii = 2;
// utif knows the types of few tags, and assumes an image narrower than 65 536 pixels.
Object.assign(utif.ttypes, {
  [Tag.ImageWidth]: long,
  [Tag.ImageLength]: long,
  [Tag.ImageDescription]: ascii,
  [Tag.SampleFormat]: short,
});

/**
 * Writes a raster as TIFF with utif: big-endian, one page per plane in the order t, z, c (c fastest),
 * values unchanged.
 *
 * @throws RangeError if the planes do not match the sizes, are more than utif can list (some 80), or if the
 *   file would exceed the 4 GB limit of TIFF.
 */
export function writeTiff(raster: WritableRaster, options: WriteTiffOptions = {}): Uint8Array {
  const { description = 'ome', compression = 'deflate' } = options;
  requirePlanes(raster);
  const encoded = (plane: PixelArray): Uint8Array => {
    const bytes = bigEndianBytes(plane);
    return compression === 'deflate' ? new Uint8Array(deflateSync(bytes)) : bytes;
  };
  const strips = raster.planes.map((plane) => stripsOf(raster, plane).map((strip) => encoded(strip())));
  let end = directoryBytes;
  const offsets = strips.map((own) =>
    own.map((strip) => {
      const offset = end;
      // TIFF offsets should be even.
      end += strip.length + (strip.length % 2);
      return offset;
    }),
  );
  if (end > 0xffffffff) throw new RangeError(`a TIFF of ${end} bytes, expected less than 4 GB`);

  const pages = raster.planes.map((_, i): WrittenDirectory => ({
    [`t${Tag.ImageWidth}`]: [raster.width],
    [`t${Tag.ImageLength}`]: [raster.height],
    [`t${Tag.BitsPerSample}`]: [8 * bytesPerValue(raster.dtype)],
    [`t${Tag.Compression}`]: [compression === 'deflate' ? 8 : 1],
    [`t${Tag.PhotometricInterpretation}`]: [1],
    ...(i === 0 ? describe(raster, description) : {}),
    [`t${Tag.StripOffsets}`]: itemAt(offsets, i),
    [`t${Tag.SamplesPerPixel}`]: [1],
    [`t${Tag.RowsPerStrip}`]: [rowsPerStrip(raster, itemAt(strips, i).length)],
    [`t${Tag.StripByteCounts}`]: itemAt(strips, i).map(({ length }) => length),
    ...resolution(raster, description),
    [`t${Tag.Software}`]: ['LACSS Studio'],
    [`t${Tag.SampleFormat}`]: [sampleFormat(raster.dtype)],
  }));
  const directories = new Uint8Array(utif.encode(pages));
  if (directories.length >= directoryBytes) {
    throw new RangeError(
      `${pages.length} planes and their description, more than the directories of one TIFF can list`,
    );
  }
  writeResolutions(directories, itemAt(pages, 0));
  const out = new Uint8Array(end);
  out.set(directories);
  strips.forEach((own, i) => {
    own.forEach((strip, k) => out.set(strip, itemAt(offsets, i)[k]));
  });
  return out;
}

/** The strips of a plane, each made when called. */
function stripsOf(raster: WritableRaster, plane: PixelArray | MadePlane): (() => PixelArray)[] {
  if (!('rows' in plane)) return [() => plane];
  const { height, width, dtype } = raster;
  const rows = Math.max(1, Math.floor(stripBytes / (width * bytesPerValue(dtype))));
  return Array.from({ length: Math.ceil(height / rows) }, (_, k) => () => {
    return plane.rows(k * rows, Math.min(rows, height - k * rows));
  });
}

function rowsPerStrip({ height, width, dtype }: WritableRaster, strips: number): number {
  return strips === 1 ? height : Math.max(1, Math.floor(stripBytes / (width * bytesPerValue(dtype))));
}

function bytesPerValue(dtype: Dtype): number {
  return Number(/\d+/.exec(dtype)![0]) / 8;
}

function requirePlanes({ sizes, planes, height, width }: WritableRaster): void {
  if (planes.length === 0 || planes.length !== sizes.t * sizes.z * sizes.c) {
    throw new RangeError(`${planes.length} planes, expected ${sizes.t} × ${sizes.z} × ${sizes.c}`);
  }
  const misfit = planes.find((plane) => 'length' in plane && plane.length !== height * width);
  if (misfit !== undefined) {
    throw new RangeError(`a plane of ${(misfit as PixelArray).length} pixels, expected ${height} × ${width}`);
  }
}

/** A copy of a plane's bytes in utif's byte order. */
function bigEndianBytes({ buffer, byteOffset, byteLength, BYTES_PER_ELEMENT }: PixelArray): Uint8Array {
  const bytes = Buffer.from(new Uint8Array(buffer, byteOffset, byteLength));
  if (BYTES_PER_ELEMENT === 2) bytes.swap16();
  if (BYTES_PER_ELEMENT === 4) bytes.swap32();
  if (BYTES_PER_ELEMENT === 8) bytes.swap64();
  return bytes;
}

function describe(
  raster: WritableRaster,
  description: NonNullable<WriteTiffOptions['description']>,
): WrittenDirectory {
  if (description === 'none') return {};
  const text = description === 'ome' ? describeAsOme(raster) : describeAsImageJ(raster);
  // utif writes one byte per character.
  const characters = Buffer.from(text, 'utf8').toString('latin1');
  return { [`t${Tag.ImageDescription}`]: [characters] as const };
}

function sampleFormat(dtype: Dtype): number {
  if (dtype.startsWith('float')) return 3;
  return dtype.startsWith('int') ? 2 : 1;
}

/**
 * XResolution and YResolution: pixels per µm if ImageJ's description names the unit (it does not convert the
 * tags), pixels per cm otherwise. Omitted if no 32-bit fraction is close enough.
 */
function resolution(
  { pixelSizeUm }: WritableRaster,
  description: NonNullable<WriteTiffOptions['description']>,
): WrittenDirectory {
  if (pixelSizeUm === null) return {};
  const [none, cm] = [1, 3];
  const unitUm = description === 'imagej' ? 1 : 10_000;
  const [perX, perY] = [unitUm / pixelSizeUm.x, unitUm / pixelSizeUm.y];
  if (fraction(perX) === null || fraction(perY) === null) return {};
  return {
    [`t${Tag.XResolution}`]: [perX],
    [`t${Tag.YResolution}`]: [perY],
    [`t${Tag.ResolutionUnit}`]: [unitUm === 1 ? none : cm],
  };
}

/** Writes the resolutions as the nearest fractions: utif rounds them to ten-thousandths. */
function writeResolutions(directories: Uint8Array, page: WrittenDirectory): void {
  const view = new DataView(directories.buffer, directories.byteOffset, directories.byteLength);
  const resolutionTags: readonly number[] = [Tag.XResolution, Tag.YResolution];
  for (let at = view.getUint32(4); at !== 0;) {
    const entries = view.getUint16(at);
    for (let entry = at + 2; entry < at + 2 + 12 * entries; entry += 12) {
      const tag = view.getUint16(entry);
      if (!resolutionTags.includes(tag)) continue;
      const [perUnit] = page[`t${tag}`] as [number];
      const place = view.getUint32(entry + 8);
      fraction(perUnit)!.forEach((part, i) => view.setUint32(place + 4 * i, part));
    }
    at = view.getUint32(at + 2 + 12 * entries);
  }
}

/**
 * The last convergent of a number's continued fraction that fits; `null` if none is within a millionth of it.
 */
function fraction(value: number): [numerator: number, denominator: number] | null {
  let [before, last] = [
    [0, 1],
    [1, 0],
  ] as [[number, number], [number, number]];
  let rest = value;
  for (let step = 0; step < 40; step++) {
    const whole = Math.floor(rest);
    const next: [number, number] = [whole * last[0] + before[0], whole * last[1] + before[1]];
    if (!(Math.max(...next) <= largestPart)) break;
    [before, last] = [last, next];
    if (rest === whole || last[0] / last[1] === value) break;
    rest = 1 / (rest - whole);
  }
  return Math.abs(last[0] / last[1] - value) <= 1e-6 * value ? last : null;
}
