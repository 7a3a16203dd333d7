import { basename, dirname } from 'node:path';
import { LacssError } from '../contract/errors.ts';

/** Why the system refuses a file, for people. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you have no permission',
  EPERM: 'you have no permission',
  EROFS: 'it is on a disk that can only be read',
  EBUSY: 'another program has it open',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ELOOP: 'it is a link that leads nowhere',
  ENXIO: 'it is a pipe or a device, not a file',
  EEXIST: 'there is a file or folder of that name',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the drive does not answer',
  ENODEV: 'the drive does not answer',
  ESTALE: 'the drive does not answer',
  ETIMEDOUT: 'the drive does not answer',
  ENOTEMPTY: 'the folder is not empty',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GB',
};

/** The system's code of a failed file operation: `ENOENT`, `ENOSPC` …; `undefined` for every other error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Turns a failed file operation into an error for people.
 * @param action the operation on `path`
 * @returns a LacssError, or the error itself if it does not come from the file system
 */
export function fileError(error: unknown, path: string, action: 'read' | 'write'): unknown {
  if (error instanceof LacssError) return error;
  const detail = { subject: path, cause: error };
  const code = systemCode(error);
  switch (code) {
    case undefined:
      return error;
    case 'ENOSPC':
    case 'EDQUOT':
      return new LacssError('disk-full', `The disk is full: ${basename(path)} cannot be written.`, {
        ...detail,
        remedy: `Free some space on the disk of ${dirname(path)}. The earlier content is unchanged.`,
      });
    case 'ENAMETOOLONG':
      return new LacssError('name-invalid', `${basename(path)} is too long for a file name.`, {
        ...detail,
        remedy: 'Give the image, the project or the folder a shorter name.',
      });
    case 'ENOENT':
      if (action === 'write')
        return new LacssError('file-unwritable', `${path} cannot be written: its folder is missing.`, {
          ...detail,
          remedy: 'Connect its drive, or choose another folder.',
        });
      return new LacssError('file-not-found', `${path} does not exist.`, {
        ...detail,
        remedy: 'Check the path, or connect its drive.',
      });
  }
  const reason = reasons[code] ?? `the system says ${code}`;
  return action === 'write'
    ? new LacssError('file-unwritable', `${path} cannot be written: ${reason}.`, {
        ...detail,
        remedy: 'Choose a folder that you can write to, or change its permissions. Nothing was changed.',
      })
    : new LacssError('file-unreadable', `${path} cannot be read: ${reason}.`, {
        ...detail,
        remedy: 'Check that it is a file and that you have permission to read it.',
      });
}
