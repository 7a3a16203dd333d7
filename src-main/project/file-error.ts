import { basename, dirname } from 'node:path';
import { LacssError } from '../contract/errors.ts';

/** The system's code of a failed file operation: `ENOENT`, `ENOSPC` …; `undefined` for every other error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Words a failed file operation for a person.
 * @param action what was being done to `path`
 * @returns a LacssError, or the error itself where it is not the file system's
 */
export function fileError(error: unknown, path: string, action: 'read' | 'write'): unknown {
  if (error instanceof LacssError) return error;
  const detail = { subject: path, cause: error };
  switch (systemCode(error)) {
    case undefined:
      return error;
    case 'ENOSPC':
    case 'EDQUOT':
      return new LacssError('disk-full', `There is no room left on the disk to write ${basename(path)}.`, {
        ...detail,
        remedy: `Free some space on the disk that holds ${dirname(path)}; what was there before is untouched.`,
      });
    case 'ENOENT':
      if (action === 'write') break;
      return new LacssError('file-not-found', `There is no ${path}.`, {
        ...detail,
        remedy: 'Check the path, or connect the drive it lies on.',
      });
  }
  return action === 'write'
    ? new LacssError('file-unwritable', `${path} cannot be written (${systemCode(error)}).`, {
        ...detail,
        remedy: 'Choose a folder you may write to, or change its permissions; nothing was changed.',
      })
    : new LacssError('file-unreadable', `${path} cannot be read (${systemCode(error)}).`, {
        ...detail,
        remedy: 'Check that it is a file and that you may read it.',
      });
}
