import { LacssError } from '../../contract/errors.ts';

/** Thrown while a strip is decoded whose compression turns out to be one that is not read. */
export class UnreadCompression extends Error {}

/** The refusal of a file whose content contradicts itself or is cut short. */
export function damagedTiff(fileName: string, what: string, cause?: unknown): LacssError {
  return new LacssError('file-damaged', `${fileName} is damaged: ${what}.`, {
    subject: fileName,
    remedy: 'Copy the file again from where it was recorded, or open it in ImageJ and save it anew as TIFF.',
    cause,
  });
}

/** The refusal of a file that is sound, as far as one can tell, but of a kind that is not read. */
export function unsupportedTiff(fileName: string, what: string, remedy?: string): LacssError {
  return new LacssError('file-unsupported', `${fileName} cannot be read: ${what}.`, {
    subject: fileName,
    remedy:
      remedy ??
      'Open it in ImageJ and save it as TIFF (8, 16 or 32 bits a pixel, uncompressed), then add that file.',
  });
}
