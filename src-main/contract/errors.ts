/** Every reason for which the program refuses something. A closed union: the window and the CLI word each one. */
export type ErrorCode =
  | 'file-not-found'
  | 'file-unreadable'
  | 'file-unwritable'
  | 'disk-full'
  | 'file-damaged'
  | 'file-unsupported'
  | 'name-invalid'
  | 'image-invalid'
  | 'image-size-mismatch'
  | 'no-images'
  | 'annotation-missing'
  | 'annotation-invalid'
  | 'project-missing'
  | 'project-exists'
  | 'project-newer'
  | 'project-damaged'
  | 'project-in-use'
  /**
   * The folder of an open project is gone, moved or replaced. Nothing was written. The same request succeeds once the
   * folder is back, so a window keeps the edit as pending and sends it again.
   */
  | 'project-unreachable'
  | 'model-invalid'
  | 'engine-unavailable'
  | 'engine-failed'
  | 'out-of-memory'
  | 'training-diverged'
  | 'setting-invalid'
  | 'request-invalid'
  | 'path-not-granted'
  | 'process-crashed'
  /** The window lost its connection to the host before it was answered: the request may or may not have run. */
  | 'connection-lost'
  | 'cancelled'
  | 'internal';

/** What happened, what it happened to, and what the person can do. */
export class LacssError extends Error {
  readonly code: ErrorCode;
  /** The file or image it is about. */
  readonly subject: string | undefined;
  /** The next step for the person, a whole sentence. */
  readonly remedy: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    detail: { subject?: string; remedy?: string; cause?: unknown } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'LacssError';
    this.code = code;
    this.subject = detail.subject;
    this.remedy = detail.remedy;
  }
}
