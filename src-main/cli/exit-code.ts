import type { ErrorCode } from '../contract/errors.ts';

/** The exit codes, for scripts; `lacss help` lists them. */
export const exitCodes = {
  done: 0,
  internal: 1,
  usage: 2,
  someFailed: 3,
  input: 4,
  project: 5,
  engine: 6,
  diverged: 7,
  storage: 8,
  cancelled: 130,
} as const;

export const exitCodeHelp = `
Exit codes:
  0    done
  1    an error in the program itself
  2    a wrong option or argument
  3    done, but some images failed (listed)
  4    a file, image, annotation or model is missing or unusable
  5    the project is missing, damaged, newer, or open in another program
  6    the compute engine is missing, failed or ran out of memory
  7    training diverged
  8    the disk is full, or a folder cannot be written
  130  stopped by Ctrl-C`;

const byError: Record<ErrorCode, number> = {
  'file-not-found': exitCodes.input,
  'file-unreadable': exitCodes.input,
  'file-unwritable': exitCodes.storage,
  'disk-full': exitCodes.storage,
  'file-damaged': exitCodes.input,
  'file-unsupported': exitCodes.input,
  'name-invalid': exitCodes.input,
  'image-invalid': exitCodes.input,
  'image-size-mismatch': exitCodes.input,
  'no-images': exitCodes.input,
  'annotation-missing': exitCodes.input,
  'annotation-invalid': exitCodes.input,
  'project-missing': exitCodes.project,
  'project-exists': exitCodes.project,
  'project-newer': exitCodes.project,
  'project-damaged': exitCodes.project,
  'project-in-use': exitCodes.project,
  'project-unreachable': exitCodes.project,
  'model-invalid': exitCodes.input,
  'engine-unavailable': exitCodes.engine,
  'engine-failed': exitCodes.engine,
  'out-of-memory': exitCodes.engine,
  'training-diverged': exitCodes.diverged,
  'setting-invalid': exitCodes.usage,
  'request-invalid': exitCodes.usage,
  'path-not-granted': exitCodes.input,
  'process-crashed': exitCodes.internal,
  'connection-lost': exitCodes.cancelled,
  cancelled: exitCodes.cancelled,
  internal: exitCodes.internal,
};

/** The exit code of a command that ended in an error. */
export function exitCodeOf(code: ErrorCode): number {
  return byError[code];
}
