import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fromArrayBuffer } from 'geotiff';
import { expect, test } from 'vitest';
import { LacssError } from '../../../src-main/contract/errors.ts';
import type { PixelArray, Raster } from '../../../src-main/contract/pixels.ts';
import { readTiff } from '../../fixtures/read-whole.ts';
import { sharedData } from '../../fixtures/shared-data.ts';

const hasZoo = existsSync(sharedData('tiff-zoo/MANIFEST.csv'));

type Row = Readonly<Record<string, string>>;

/** The manifest's rows; some fields are quoted. */
function readManifest(): Row[] {
  const lines = readFileSync(sharedData('tiff-zoo/MANIFEST.csv'), 'utf8').trim().split(/\r?\n/);
  const rows = lines.map((line) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
      ([, quoted, plain]) => quoted ?? plain ?? '',
    ),
  );
  return rows.slice(1).map((row) => Object.fromEntries(rows[0]!.map((name, i) => [name, row[i] ?? ''])));
}

/** Whether the reference could decode page 0 and libtiff does not object. */
function isSound(row: Row): boolean {
  return row.ref_md5 !== '' && row.libtiff_reads !== 'no';
}

/** The kinds that must be read: whole bytes, lossless or JPEG, grey, indexed or RGB. */
function isListedKind(row: Row): boolean {
  return (
    ['none', 'lzw', 'deflate', 'deflate-old', 'packbits', 'jpeg', 'zstd'].includes(row.comp!) &&
    ['8', '16', '32', '64'].includes(row.bps!) &&
    !(row.bps === '64' && row.fmt !== 'float') &&
    (['minisblack', 'miniswhite', 'palette', 'rgb'].includes(row.photo!) ||
      (row.photo === 'ycbcr' && row.comp === 'jpeg'))
  );
}

/** Page 0 according to the reference: H × W, H × W × S or S × H × W values. */
function firstPage(raster: Raster, row: Row): Float64Array {
  const shape = row.ref_shape!.split('x').map(Number);
  const pixels = raster.height * raster.width;
  const apart = shape.length === 3 && shape[1] === raster.height && shape[2] === raster.width;
  const samples = shape.length < 3 ? 1 : apart ? shape[0]! : shape[2]!;
  const out = new Float64Array(pixels * samples);
  for (let s = 0; s < samples; s++) {
    const plane = raster.planes[s]!;
    if (apart) out.set(plane, s * pixels);
    else for (let i = 0; i < pixels; i++) out[i * samples + s] = plane[i]!;
  }
  return out;
}

const arrays: Readonly<Record<string, (values: Float64Array) => PixelArray | BigUint64Array>> = {
  uint64: (values) => BigUint64Array.from(values, (value) => BigInt(value)),
  uint8: (values) => Uint8Array.from(values),
  int8: (values) => Int8Array.from(values),
  uint16: (values) => Uint16Array.from(values),
  int16: (values) => Int16Array.from(values),
  uint32: (values) => Uint32Array.from(values),
  int32: (values) => Int32Array.from(values),
  float32: (values) => Float32Array.from(values),
  float64: (values) => values,
};

function hasReferenceMd5(values: Float64Array, row: Row): boolean {
  const converted = arrays[row.ref_dtype!]?.(values);
  if (converted === undefined) return false;
  const bytes = new Uint8Array(converted.buffer, converted.byteOffset, converted.byteLength);
  return createHash('md5').update(bytes).digest('hex') === row.ref_md5;
}

/** For references of half floats, some of which are NaNs with undefined bits: the same range and mean. */
function hasReferenceStatistics(values: Float64Array, row: Row, tolerance: number): boolean {
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    count++;
  }
  return (
    Math.abs(min - Number(row.ref_min)) <= tolerance &&
    Math.abs(max - Number(row.ref_max)) <= tolerance &&
    Math.abs(sum / count - Number(row.ref_mean)) <= tolerance
  );
}

/** Whether geotiff's own reader, which shares no code, gives the same numbers. */
async function agreesWithGeotiff(bytes: Uint8Array, raster: Raster): Promise<boolean> {
  const image = await (await fromArrayBuffer(bytes.slice().buffer)).getImage(0);
  const bands = (await image.readRasters()) as unknown as PixelArray[];
  return bands.every((band, s) => band.every((value, i) => value === raster.planes[s]![i]));
}

async function agrees(raster: Raster, row: Row, bytes: Uint8Array): Promise<boolean> {
  const values = firstPage(raster, row);
  if (hasReferenceMd5(values, row)) return true;
  if (row.ref_dtype === 'float16') return hasReferenceStatistics(values, row, 1e-5);
  // Pillow gives 16-bit colours as 8 bits and divides them by their alpha.
  const converted = row.ref!.startsWith('pillow:RGB');
  if (
    converted &&
    row.bps === '16' &&
    hasReferenceMd5(
      values.map((value) => Math.floor(value / 256)),
      row,
    )
  )
    return true;
  return converted && agreesWithGeotiff(bytes, raster);
}

test.skipIf(!hasZoo)(
  'tiff-zoo: of the sound files of listed kinds at least 97 % decode to the same numbers, all others are refused by name',
  async () => {
    const listed: string[] = [];
    const wrong: string[] = [];
    for (const row of readManifest()) {
      const file = row.file!;
      const bytes = new Uint8Array(readFileSync(sharedData(`tiff-zoo/${file}`)));
      const sound = isSound(row) && isListedKind(row);
      if (sound) listed.push(file);
      let raster: Raster;
      try {
        raster = await readTiff(bytes, file);
      } catch (error) {
        if (!(error instanceof LacssError)) throw error;
        expect(['file-damaged', 'file-unsupported']).toContain(error.code);
        expect(error.message).toContain(file);
        expect(error.remedy).toBeTruthy();
        if (sound) wrong.push(`${file}: ${error.message}`);
        continue;
      }
      // Every decoded file must be right, whatever its kind. The reference stretches 4 bits and less to 8.
      if (!isSound(row)) continue;
      const depth = Number(row.bps);
      const same =
        depth < 8 && row.ref === 'pillow:L'
          ? stretchedMd5(raster, row, depth)
          : await agrees(raster, row, bytes);
      if (!same) wrong.push(`${file}: other numbers`);
    }
    const agreed = listed.filter((file) => !wrong.some((line) => line.startsWith(`${file}:`))).length;
    expect(listed.length).toBeGreaterThan(150);
    const told = `${agreed} of ${listed.length} agree; not:\n${wrong.join('\n')}`;
    expect(agreed / listed.length, told).toBeGreaterThanOrEqual(0.97);
    expect(wrong.filter((line) => line.endsWith('other numbers'))).toEqual([]);
    expect(process.resourceUsage().maxRSS / 1024).toBeLessThan(1024);
  },
);

/** Pillow stretches samples of few bits to eight bits, and inverts MINISWHITE. */
function stretchedMd5(raster: Raster, row: Row, depth: number): boolean {
  const unit = 255 / (2 ** depth - 1);
  const values = firstPage(raster, row).map((value) => value * unit);
  return hasReferenceMd5(row.photo === 'miniswhite' ? values.map((value) => 255 - value) : values, row);
}
