/** Every reason for an error. docs/guide/errors.md has a section for each. */
export const errorCodes = [
  'file-not-found',
  'file-unreadable',
  'file-unwritable',
  'disk-full',
  'file-damaged',
  'file-unsupported',
  'name-invalid',
  'image-invalid',
  'image-size-mismatch',
  'no-images',
  'annotation-missing',
  'annotation-invalid',
  'project-missing',
  'project-exists',
  'project-newer',
  'project-damaged',
  'project-in-use',
  /**
   * The folder of an open project was moved, replaced or removed. The change is not acknowledged. It may
   * have been written just before the folder disappeared. The same request succeeds once the folder is back,
   * so a window keeps the edit and sends it again with the same id.
   */
  'project-unreachable',
  'model-invalid',
  'engine-unavailable',
  'engine-failed',
  'out-of-memory',
  'training-diverged',
  'setting-invalid',
  'request-invalid',
  'path-not-granted',
  'process-crashed',
  /** The window lost its connection before the answer. The request may or may not have run. */
  'connection-lost',
  'cancelled',
  'internal',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** An error for people: what happened, to what, and what to do. */
export class LacssError extends Error {
  readonly code: ErrorCode;
  /** The file or image concerned. */
  readonly subject: string | undefined;
  /** What to do, as full sentences, in the words of the window. */
  readonly remedy: string | undefined;
  /** What to type for it. Only the command line shows it. */
  readonly command: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    detail: { subject?: string; remedy?: string; command?: string; cause?: unknown } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'LacssError';
    this.code = code;
    this.subject = detail.subject;
    this.remedy = detail.remedy;
    this.command = detail.command;
  }
}
