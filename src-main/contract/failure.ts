import { LacssError } from './errors.ts';
import type { ErrorCode } from './errors.ts';
import { strayFileError } from './file-error.ts';

/** An error as it travels between processes. */
export interface Failure {
  code: ErrorCode;
  message: string;
  /** The file or image concerned. */
  subject?: string;
  /** What to do, as full sentences, in the words of the window. */
  remedy?: string;
  /** What to type for it. Only the command line shows it. */
  command?: string;
  /** Stack and causes, for the log. Shown only on demand. */
  details?: string;
}

/** Errors that point to a fault of the program. */
const unexpected = new Set<ErrorCode>(['internal', 'process-crashed', 'engine-failed', 'out-of-memory']);

/** Whether an error points to a fault of the program and belongs in the log. */
export function isUnexpected(code: ErrorCode): boolean {
  return unexpected.has(code);
}

/** Turns any thrown value into an error for people, with the original as its cause. */
export function asLacssError(thrown: unknown): LacssError {
  if (thrown instanceof LacssError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return new LacssError('cancelled', 'Stopped.');
  const ofFile = strayFileError(thrown);
  if (ofFile !== null) return ofFile;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (/out of memory|bad_alloc|allocation failed|invalid (typed )?array (buffer )?length/i.test(text)) {
    return new LacssError('out-of-memory', 'There is not enough memory.', {
      remedy: 'Close other programs, or use smaller images or a smaller model preset.',
      cause: thrown,
    });
  }
  return new LacssError('internal', 'The program has an internal error.', {
    remedy: 'Saved work is safe. Try again. If it happens again, report it with its details.',
    cause: thrown,
  });
}

/** Turns any thrown value into a {@link Failure}. Unexpected errors carry stack and causes. */
export function toFailure(thrown: unknown): Failure {
  const error = asLacssError(thrown);
  return {
    code: error.code,
    message: error.message,
    ...(error.subject === undefined ? {} : { subject: error.subject }),
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    ...(error.command === undefined ? {} : { command: error.command }),
    ...(isUnexpected(error.code) ? { details: detailsOf(error) } : {}),
  };
}

/** The error of a {@link Failure}, to throw in the receiving process. */
export function fromFailure({ code, message, subject, remedy, command, details }: Failure): LacssError {
  return new LacssError(code, message, {
    ...(subject === undefined ? {} : { subject }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(command === undefined ? {} : { command }),
    // The stack of this process says nothing about the error.
    ...(details === undefined ? {} : { cause: new CarriedDetails(details) }),
  });
}

/** Stack and causes of an error from another process. */
class CarriedDetails extends Error {
  constructor(details: string) {
    super('Occurred in another process');
    this.stack = details;
  }
}

/** Stack and causes of a thrown value, as text. */
export function detailsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.cause instanceof CarriedDetails) return thrown.cause.stack ?? '';
  const cause = thrown.cause === undefined ? '' : `\nCaused by: ${detailsOf(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}
