import { LacssError } from '../../contract/errors.ts';

/** Thrown during decoding if a strip's compression proves to be unsupported. */
export class UnreadCompression extends Error {}

/** The error for an inconsistent or incomplete file. */
export function damagedTiff(fileName: string, what: string, cause?: unknown): LacssError {
  return new LacssError('file-damaged', `${fileName} is damaged: ${what}.`, {
    subject: fileName,
    remedy: 'Copy the file again from its source, or open it in ImageJ and save it again as TIFF.',
    cause,
  });
}

/** The error for a file that seems intact, but is not supported. */
export function unsupportedTiff(fileName: string, what: string, remedy?: string): LacssError {
  return new LacssError('file-unsupported', `${fileName} cannot be read: ${what}.`, {
    subject: fileName,
    remedy:
      remedy ??
      'Open it in ImageJ and save it as TIFF (8, 16 or 32 bits per pixel, uncompressed). Then add that file.',
  });
}
