/**
 * The TIFF tags that are read or written, with their names from TIFF 6.0 (Adobe, 1992) and its technical
 * notes.
 */
export const Tag = {
  NewSubfileType: 254,
  ImageWidth: 256,
  ImageLength: 257,
  BitsPerSample: 258,
  Compression: 259,
  PhotometricInterpretation: 262,
  FillOrder: 266,
  ImageDescription: 270,
  /** Not a TIFF number: the first of two descriptions. tifffile adds its own to the given one. */
  FirstDescription: 65536 + 270,
  StripOffsets: 273,
  SamplesPerPixel: 277,
  RowsPerStrip: 278,
  StripByteCounts: 279,
  XResolution: 282,
  YResolution: 283,
  PlanarConfiguration: 284,
  PageName: 285,
  ResolutionUnit: 296,
  Software: 305,
  Predictor: 317,
  TileWidth: 322,
  TileLength: 323,
  TileOffsets: 324,
  TileByteCounts: 325,
  SubIfds: 330,
  ExtraSamples: 338,
  SampleFormat: 339,
  JpegTables: 347,
  YCbCrSubSampling: 530,
  /** SGI's: the planes of a volume that one page holds. */
  ImageDepth: 32997,
  /** Zeiss LSM's own block. */
  LsmInfo: 34412,
  /** MetaMorph STK: one entry per plane. */
  MetaMorphPlanes: 33629,
  ImageJByteCounts: 50838,
  ImageJMetadata: 50839,
  /** JSON text per page. */
  MicroManagerMetadata: 51123,
} as const;

/**
 * Bytes per value of each field type: BYTE, ASCII, SHORT, LONG, RATIONAL, SBYTE … DOUBLE, IFD; LONG8, SLONG8,
 * IFD8.
 */
export const fieldBytes: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};
