import { LacssError } from '../contract/errors.ts';
import type { PixelSource } from './source/pixel-source.ts';
import { isPng, openPng } from './png/open-png.ts';
import type { RandomAccess } from './source/random-access.ts';
import { sizeAxes } from './raster/size-axes.ts';
import { openTiff, type OpenTiffOptions } from './tiff/open-tiff.ts';
import { isTiff } from './tiff/read-directories.ts';

/** Other file types, by their first bytes. */
const otherKinds: readonly { begins: readonly number[]; kind: string }[] = [
  { begins: [0xff, 0xd8, 0xff], kind: 'a JPEG' },
  { begins: [0x89, 0x48, 0x44, 0x46], kind: 'an HDF5 file' },
  { begins: [0xda, 0xce, 0xbe, 0x0a], kind: 'a Nikon ND2 file' },
  { begins: [0x70, 0x00, 0x00, 0x00], kind: 'a Leica LIF file' },
  { begins: [0x5a, 0x49, 0x53, 0x52, 0x41, 0x57], kind: 'a Zeiss CZI file' },
  { begins: [0xd0, 0xcf, 0x11, 0xe0], kind: 'an Olympus OIB or Zeiss ZVI file' },
  { begins: [0x47, 0x49, 0x46, 0x38], kind: 'a GIF' },
  { begins: [0x42, 0x4d], kind: 'a bitmap' },
];

/**
 * Opens an image file by its first bytes, whatever its extension: TIFF, BigTIFF, PNG. Reads no pixel yet.
 *
 * @param fileName the file's name in messages.
 * @returns one source per image in the file: one, except for OME-TIFF with several positions or series.
 * @throws LacssError `file-unsupported`, `file-damaged`, `setting-invalid` or `cancelled`, naming the file,
 *   the reason and the remedy.
 */
export async function openImage(
  file: RandomAccess,
  fileName: string,
  options: OpenTiffOptions = {},
): Promise<PixelSource[]> {
  const start = await file.read(0, Math.min(16, file.size));
  if (isTiff(start)) return openTiff(file, fileName, options);
  if (isPng(start)) {
    if (options.axes) sizeAxes(options.axes, 1, fileName);
    return [await openPng(file, fileName)];
  }
  if (file.size === 0) {
    throw new LacssError('file-damaged', `${fileName} is empty.`, {
      subject: fileName,
      remedy: 'Copy the file again from its source.',
    });
  }
  const other = otherKinds.find(({ begins }) => begins.every((byte, i) => start[i] === byte));
  throw new LacssError(
    'file-unsupported',
    other === undefined
      ? `${fileName} is not a readable image: neither a TIFF nor a PNG, despite its name.`
      : `${fileName} is ${other.kind}, which this program cannot read.`,
    {
      subject: fileName,
      remedy:
        other === undefined
          ? 'Add TIFF or PNG images.'
          : 'Open it in Fiji (File › Import › Bio-Formats), save it as OME-TIFF, and add that file.',
    },
  );
}
