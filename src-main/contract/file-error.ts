import { LacssError } from './errors.ts';

const permission = 'you have no permission';
const noDrive = 'the drive does not answer';
const tooManyFiles = 'too many files are open';
const closeFiles = 'Close other programs, or raise the limit of open files (ulimit -n).';
const checkDrive = 'Check the drive or the network, and try again.';
const tryAgain = 'Try again.';

/** Why the system refuses a file, and the remedy if it is not a matter of permissions. */
const reasons: Readonly<Record<string, { why: string; remedy?: string }>> = {
  EACCES: { why: permission },
  EPERM: { why: permission },
  EROFS: { why: 'it is on a disk that can only be read' },
  EBUSY: { why: 'another program has it open', remedy: 'Close it there, and try again.' },
  ETXTBSY: { why: 'another program has it open', remedy: 'Close it there, and try again.' },
  EISDIR: { why: 'it is a folder' },
  ENOTDIR: { why: 'a part of its path is no folder' },
  ELOOP: { why: 'it is a link that leads nowhere' },
  ENXIO: { why: 'it is a pipe or a device, not a file' },
  EEXIST: { why: 'there is a file or folder of that name', remedy: 'Choose another name.' },
  ENOTEMPTY: { why: 'the folder is not empty', remedy: 'Choose another name.' },
  EMFILE: { why: tooManyFiles, remedy: closeFiles },
  ENFILE: { why: tooManyFiles, remedy: closeFiles },
  ENOMEM: { why: 'there is not enough memory', remedy: 'Close other programs, and try again.' },
  EIO: { why: noDrive, remedy: checkDrive },
  ENODEV: { why: noDrive, remedy: checkDrive },
  ESTALE: { why: noDrive, remedy: checkDrive },
  ETIMEDOUT: { why: noDrive, remedy: checkDrive },
  EHOSTDOWN: { why: noDrive, remedy: checkDrive },
  EHOSTUNREACH: { why: noDrive, remedy: checkDrive },
  ENETDOWN: { why: noDrive, remedy: checkDrive },
  ENETUNREACH: { why: noDrive, remedy: checkDrive },
  ENOTCONN: { why: noDrive, remedy: checkDrive },
  ECONNRESET: { why: noDrive, remedy: checkDrive },
  ENOLINK: { why: noDrive, remedy: checkDrive },
  ENOLCK: { why: noDrive, remedy: checkDrive },
  EAGAIN: { why: 'the system is busy', remedy: tryAgain },
  EINTR: { why: 'the system was interrupted', remedy: tryAgain },
  ECANCELED: { why: 'the system was interrupted', remedy: tryAgain },
  EXDEV: { why: 'it would move to another disk', remedy: 'Choose a folder on the same disk.' },
  EINVAL: { why: 'the disk does not support this', remedy: 'Choose a folder on another disk.' },
  ENOSYS: { why: 'the disk does not support this', remedy: 'Choose a folder on another disk.' },
  ENOTSUP: { why: 'the disk does not support this', remedy: 'Choose a folder on another disk.' },
  EOPNOTSUPP: { why: 'the disk does not support this', remedy: 'Choose a folder on another disk.' },
  EMLINK: { why: 'the folder has as many entries as the disk allows', remedy: 'Choose another folder.' },
  EFBIG: { why: 'it is larger than the disk allows', remedy: 'Choose a folder on another disk.' },
  EOVERFLOW: { why: 'it is larger than the system can read', remedy: 'Check that it is the right file.' },
  ERR_FS_FILE_TOO_LARGE: { why: 'it is larger than 2 GB', remedy: 'Check that it is the right file.' },
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
  const name = nameOf(path);
  switch (code) {
    case undefined:
      return error;
    case 'ENOSPC':
    case 'EDQUOT':
      return new LacssError('disk-full', `The disk is full: ${name} cannot be written.`, {
        ...detail,
        remedy: `Free some space on the disk of ${folderOf(path)}. The earlier content is unchanged.`,
      });
    case 'ENAMETOOLONG':
      return new LacssError('name-invalid', `${name} is too long for a file name.`, {
        ...detail,
        remedy: 'Give the image, the project or the folder a shorter name.',
      });
    case 'EILSEQ':
    case 'ERR_INVALID_ARG_VALUE':
      return new LacssError('name-invalid', `${path} has a character that no file name can have.`, {
        ...detail,
        remedy: 'Use another name.',
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
  const { why, remedy } = reasons[code] ?? { why: `the system says ${code}` };
  return action === 'write'
    ? new LacssError('file-unwritable', `${path} cannot be written: ${why}.`, {
        ...detail,
        remedy:
          remedy === undefined
            ? 'Choose a folder that you can write to, or change its permissions. Nothing was changed.'
            : `${remedy} Nothing was changed.`,
      })
    : new LacssError('file-unreadable', `${path} cannot be read: ${why}.`, {
        ...detail,
        remedy: remedy ?? 'Check that it is a file and that you have permission to read it.',
      });
}

/** The error for a folder, a pipe, a socket or a device in place of a file. */
export function notAFile(path: string, action: 'read' | 'write', isFolder: boolean): LacssError {
  const { why } = isFolder ? reasons.EISDIR! : reasons.ENXIO!;
  return action === 'read'
    ? new LacssError('file-unreadable', `${path} cannot be read: ${why}.`, {
        subject: path,
        remedy: 'Move it away, and put the right file in its place.',
      })
    : new LacssError('file-unwritable', `${path} cannot be written: ${why}.`, {
        subject: path,
        remedy: 'Choose another name. Nothing was changed.',
      });
}

/** Calls of the system on files, by whether they change something. */
const fileCalls = {
  read: 'open read stat lstat fstat statfs scandir opendir realpath readlink access watch'.split(' '),
  write:
    'write fsync fdatasync ftruncate mkdir mkdtemp rename link symlink unlink rmdir rm cp copyfile chmod utime'.split(
      ' ',
    ),
};

/**
 * A failed file operation that is not an error for people yet.
 * @returns `null` for every other error, also of sockets and processes
 */
export function strayFileError(error: unknown): LacssError | null {
  if (!(error instanceof Error) || !('syscall' in error) || typeof error.syscall !== 'string') return null;
  const { syscall } = error;
  const action = (['read', 'write'] as const).find((one) => fileCalls[one].includes(syscall));
  if (action === undefined) return null;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : 'A file';
  const known = fileError(error, path, action);
  return known instanceof LacssError ? known : null;
}

function nameOf(path: string): string {
  return path.slice(folderOf(path).length).replace(/^[\\/]/, '');
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.search(/[\\/][^\\/]*$/)));
}
