import { requireMemory } from '../source/memory-budget.ts';
import { numberAt } from '../../contract/elements.ts';
import type { TagDirectory } from './tag-directory.ts';
import { damagedTiff, unsupportedTiff } from './refusals.ts';
import { Tag } from './tags.ts';

/** The supported compressions, by their number in the file. */
const compressions = {
  1: 'none',
  5: 'lzw',
  7: 'jpeg',
  8: 'deflate',
  32773: 'packbits',
  32946: 'deflate',
  50000: 'zstd',
} as const;
export type Compression = (typeof compressions)[keyof typeof compressions];

/** Common names of unsupported compressions. */
const unreadCompressions: Readonly<Record<number, string>> = {
  2: 'CCITT (fax)',
  3: 'CCITT group 3 (fax)',
  4: 'CCITT group 4 (fax)',
  6: 'old-style JPEG',
  32809: 'ThunderScan',
  33003: 'JPEG 2000',
  33005: 'JPEG 2000',
  34676: 'SGI LogLuv',
  34677: 'SGI LogLuv',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  34933: 'PNG',
  34934: 'JPEG XR',
  50001: 'WebP',
  50002: 'JPEG XL',
};

/**
 * Largest expansion of a compressed byte. A 12-bit LZW code stands for at most 4096 bytes; deflate reaches
 * 1032 (zlib's technical note); PackBits makes 128 of 2. A JPEG block of 64 samples takes at least two bits,
 * and four times fewer with subsampled chroma. Four bytes of Zstandard stand for at most 128 kB. A page that
 * claims more was made to exhaust the memory.
 */
const greatestExpansion: Readonly<Record<Compression, number>> = {
  none: 1,
  lzw: 2731,
  deflate: 1032,
  packbits: 64,
  jpeg: 1024,
  zstd: 32768,
};

/**
 * Copies of a strip or tile at once while it is decoded whole. The codecs of JPEG and Zstandard have memory
 * of their own. Large deflated strips are read as a stream.
 */
const wholeCopies: Readonly<Record<Compression, number>> = {
  none: 0,
  lzw: 1,
  deflate: 0,
  packbits: 1,
  jpeg: 3,
  zstd: 2,
};

/** Largest number of pixels per plane: 16384 × 16384. */
const mostPixels = 2 ** 28;

const photometrics: Readonly<Record<number, string>> = {
  0: 'grey',
  1: 'grey',
  2: 'rgb',
  3: 'palette',
  4: 'grey',
  5: 'cmyk',
  6: 'ycbcr',
  8: 'CIE L*a*b*',
  9: 'ICC L*a*b*',
  10: 'ITU L*a*b*',
  32803: 'camera raw (colour filter array)',
  32844: 'SGI LogL',
  32845: 'SGI LogLuv',
  34892: 'camera raw (linear)',
};
export type Photometric = 'grey' | 'rgb' | 'palette' | 'cmyk' | 'ycbcr';

export type SampleKind = 'uint' | 'int' | 'float';

/** The position of a strip or tile in the file; both ends are inside the file. */
export interface BlockPlace {
  start: number;
  end: number;
}

/** Everything needed to convert one page's bytes to numbers, checked against the file before decoding. */
export interface PageLayout {
  /** Counted from 1, for messages. */
  page: number;
  littleEndian: boolean;
  height: number;
  width: number;
  samples: number;
  bits: number;
  kind: SampleKind;
  compression: Compression;
  photometric: Photometric;
  /** Whether every sample has separate blocks (PlanarConfiguration 2) instead of interleaved ones. */
  separate: boolean;
  predictor: 'none' | 'horizontal' | 'floating-point';
  /** FillOrder 2: the bits of each byte are reversed. */
  reverseBits: boolean;
  tiled: boolean;
  blockHeight: number;
  blockWidth: number;
  /** In row order; if `separate`, all of sample 0 first. */
  blocks: readonly BlockPlace[];
  jpegTables: Uint8Array | undefined;
}

/**
 * Rows that strip or tile `row` (counted in blocks) stores: all rows of a tile; for the last strip only those
 * of the image.
 */
function storedRows(layout: PageLayout, row: number): number {
  if (layout.tiled) return layout.blockHeight;
  return Math.min(layout.blockHeight, layout.height - row * layout.blockHeight);
}

/** Decompressed bytes of one row of a strip or tile; rows begin on a byte. */
export function blockRowBytes(layout: PageLayout): number {
  const samples = layout.separate ? 1 : layout.samples;
  return Math.ceil((layout.blockWidth * samples * layout.bits) / 8);
}

/**
 * Reads how a page is stored, and rejects what is unsupported or impossible.
 *
 * @param directory with its values loaded.
 * @param fileBytes the size of the file.
 * @throws LacssError `file-unsupported` or `file-damaged`, naming the file, the page and the problem.
 */
export function readPageLayout(directory: TagDirectory, fileBytes: number, fileName: string): PageLayout {
  const { page } = directory;
  const damaged = (what: string): Error => damagedTiff(fileName, `page ${page} ${what}`);
  const unsupported = (what: string): Error => unsupportedTiff(fileName, `page ${page} ${what}`);

  const width = directory.number(Tag.ImageWidth, 0);
  const height = directory.number(Tag.ImageLength, 0);
  const samples = directory.number(Tag.SamplesPerPixel, 1);
  if (!isSize(width) || !isSize(height) || !isSize(samples)) {
    throw damaged(`claims to be ${width} × ${height} pixels of ${samples} samples`);
  }

  const depth = directory.numberIfSound(Tag.ImageDepth, 1);
  if (depth > 1) throw unsupported(`holds a volume of ${depth} planes (SGI's ImageDepth)`);

  const compressionCode = directory.number(Tag.Compression, 1);
  const compression = (compressions as Readonly<Record<number, Compression>>)[compressionCode];
  if (compression === undefined) {
    throw unsupported(
      `is compressed with ${unreadCompressions[compressionCode] ?? `the unknown method ${compressionCode}`}`,
    );
  }

  const bits = readBits(directory, samples, compression, unsupported);
  const kind = readKind(directory, bits, unsupported);
  const photometric = readPhotometric(directory, samples, compression, unsupported);
  const predictor = readPredictor(directory, kind, bits, unsupported);

  // A few writers list their tiles under the strips' tags, so the tile's size decides.
  const tiled = directory.has(Tag.TileWidth) && directory.has(Tag.TileLength);
  const blockWidth = tiled ? directory.number(Tag.TileWidth, 0) : width;
  const blockHeight = tiled
    ? directory.number(Tag.TileLength, 0)
    : Math.min(directory.number(Tag.RowsPerStrip, height), height);
  if (!isSize(blockWidth) || !isSize(blockHeight)) {
    throw damaged(`claims ${tiled ? 'tiles' : 'strips'} of ${blockWidth} × ${blockHeight} pixels`);
  }
  if (width * height > mostPixels || blockWidth * blockHeight > mostPixels) {
    throw tooLarge(fileName, page, width, height, 1, mostPixels);
  }

  const separate = samples > 1 && directory.number(Tag.PlanarConfiguration, 1) === 2;
  const unplaced = {
    page,
    littleEndian: directory.littleEndian,
    height,
    width,
    samples,
    bits,
    kind,
    compression,
    photometric,
    separate,
    predictor,
    reverseBits: directory.number(Tag.FillOrder, 1) === 2,
    tiled,
    blockHeight,
    blockWidth,
    blocks: [],
    jpegTables: compression === 'jpeg' ? directory.bytes(Tag.JpegTables) : undefined,
  } satisfies PageLayout;
  // A row of tiles is decoded together.
  const across = Math.ceil(width / blockWidth);
  const isReversed = unplaced.reverseBits && compression === 'deflate';
  requireMemory(
    {
      bytes: blockHeight * blockRowBytes(unplaced) * across,
      copies: isReversed ? 2 : wholeCopies[compression],
      what: `a ${tiled ? 'row of tiles' : 'strip'} of ${blockHeight} rows in page ${page}, packed as ${compression},`,
      remedy: 'Save it with smaller strips or tiles, with deflate (zip), or uncompressed.',
    },
    fileName,
  );
  return { ...unplaced, blocks: placeBlocks(unplaced, directory, fileBytes, fileName) };
}

/** The error for an image with too many pixels. */
function tooLarge(
  fileName: string,
  page: number,
  width: number,
  height: number,
  planes: number,
  maxPixels: number,
): Error {
  return unsupportedTiff(
    fileName,
    `up to page ${page} it holds ${planes} planes of ${width} × ${height} pixels, more than the limit of ${maxPixels} pixels per file`,
    'Save it as several files: one per position, time point or region.',
  );
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

function readBits(
  directory: TagDirectory,
  samples: number,
  compression: Compression,
  unsupported: (what: string) => Error,
): number {
  const all = (directory.numbers(Tag.BitsPerSample) ?? [1]).slice(0, samples);
  const bits = all[0] ?? 1;
  if (all.some((other) => other !== bits)) {
    throw unsupported(`has samples of different depths (${all.join(', ')} bits)`);
  }
  if (compression === 'jpeg' && (bits !== 8 || ![1, 3].includes(samples))) {
    throw unsupported(`is a ${bits > 12 ? 'lossless ' : ''}JPEG of ${samples} samples of ${bits} bits`);
  }
  return bits;
}

function readKind(directory: TagDirectory, bits: number, unsupported: (what: string) => Error): SampleKind {
  const formats = directory.numbers(Tag.SampleFormat) ?? [1];
  // 4 means undefined; like all other readers, this one reads unsigned integers.
  const kinds: Readonly<Record<number, SampleKind>> = { 1: 'uint', 2: 'int', 3: 'float', 4: 'uint' };
  const kind = kinds[formats[0] ?? 1];
  if (kind === undefined) throw unsupported(`holds complex or unknown numbers (sample format ${formats[0]})`);
  const depths = {
    uint: (bits >= 1 && bits <= 16) || [24, 32, 64].includes(bits),
    int: [8, 16, 32, 64],
    float: [16, 24, 32, 64],
  };
  const known = kind === 'uint' ? depths.uint : depths[kind].includes(bits);
  if (!known) throw unsupported(`has ${bits}-bit ${kind === 'float' ? 'real' : 'integer'} samples`);
  return kind;
}

function readPhotometric(
  directory: TagDirectory,
  samples: number,
  compression: Compression,
  unsupported: (what: string) => Error,
): Photometric {
  const code = directory.number(Tag.PhotometricInterpretation, samples === 3 ? 2 : 1);
  const name = photometrics[code];
  switch (name) {
    case 'grey':
    case 'rgb':
    case 'palette':
    case 'cmyk':
      return name;
    case 'ycbcr':
      // Outside JPEG, YCbCr is video: rare, often subsampled, never a measurement.
      if (compression === 'jpeg' && samples === 3) return name;
      throw unsupported('stores its colours as YCbCr');
    default:
      throw unsupported(`stores its colours as ${name ?? `the unknown kind ${code}`}`);
  }
}

function readPredictor(
  directory: TagDirectory,
  kind: SampleKind,
  bits: number,
  unsupported: (what: string) => Error,
): PageLayout['predictor'] {
  const code = directory.number(Tag.Predictor, 1);
  if (code === 1) return 'none';
  if (code === 2 && [8, 16, 32].includes(bits)) return 'horizontal';
  if (code === 3 && kind === 'float' && bits !== 24) return 'floating-point';
  throw unsupported(`uses an unsupported predictor (predictor ${code}, ${bits} bits)`);
}

/** Finds the strips or tiles in the file and checks that they can hold the page. */
function placeBlocks(
  layout: PageLayout,
  directory: TagDirectory,
  fileBytes: number,
  fileName: string,
): BlockPlace[] {
  const { page, tiled } = layout;
  const name = tiled ? 'tile' : 'strip';
  const across = Math.ceil(layout.width / layout.blockWidth);
  const down = Math.ceil(layout.height / layout.blockHeight);
  const wanted = across * down * (layout.separate ? layout.samples : 1);
  const offsetTag = directory.has(Tag.TileOffsets) ? Tag.TileOffsets : Tag.StripOffsets;
  const countTag = directory.has(Tag.TileByteCounts) ? Tag.TileByteCounts : Tag.StripByteCounts;
  if (directory.count(offsetTag) < wanted) {
    throw damagedTiff(
      fileName,
      `page ${page} needs ${wanted} ${name}s, but ${directory.count(offsetTag)} are listed`,
    );
  }
  const offsets = directory.numbers(offsetTag)!;
  const counts = directory.numbers(countTag);
  if (counts === undefined ? wanted > 1 && layout.compression !== 'none' : counts.length < wanted) {
    throw damagedTiff(fileName, `page ${page} does not state the length of its ${name}s`);
  }

  const rowBytes = blockRowBytes(layout);
  const blocks: BlockPlace[] = [];
  let storedBytes = 0;
  let wantedBytes = 0;
  for (let i = 0; i < wanted; i++) {
    const start = numberAt(offsets, i);
    const decoded = rowBytes * storedRows(layout, Math.floor(i / across) % down);
    // A strip may claim to be longer than the file (writers round up). Decoding shows whether it is complete.
    const length = counts?.[i] ?? (layout.compression === 'none' ? decoded : fileBytes);
    const end = Math.min(start + length, fileBytes);
    if (length === 0 || start >= fileBytes || start < 8) {
      throw damagedTiff(fileName, `${name} ${i + 1} of page ${page} is missing`);
    }
    if (layout.compression === 'none' && end - start < decoded) {
      throw damagedTiff(
        fileName,
        `${name} ${i + 1} of page ${page} should have ${decoded} bytes, but has only ${end - start}`,
      );
    }
    blocks.push({ start, end });
    storedBytes += end - start;
    wantedBytes += decoded;
  }
  if (wantedBytes > storedBytes * greatestExpansion[layout.compression]) {
    throw damagedTiff(
      fileName,
      `page ${page} claims ${wantedBytes} bytes of pixels, but stores only ${storedBytes}, which cannot hold so many`,
    );
  }
  return blocks;
}
