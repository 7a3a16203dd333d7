import { LacssError } from './errors.ts';
import type { ErrorCode } from './errors.ts';

/** A refusal as it travels between processes. */
export interface Failure {
  code: ErrorCode;
  message: string;
  /** The file or image it is about. */
  subject?: string;
  /** The next step for the person, a whole sentence. */
  remedy?: string;
  /** Where in the program it arose, with its causes: for the log and for "Copy details", never shown unasked. */
  details?: string;
}

/** Errors that nobody expected, which somebody has to look into. */
const unexpected = new Set<ErrorCode>(['internal', 'process-crashed', 'engine-failed', 'out-of-memory']);

/** Whether an error is one that nobody expected: it belongs in the log. */
export function isUnexpected(code: ErrorCode): boolean {
  return unexpected.has(code);
}

/** Words any thrown value for a person, in one sentence; what it was before stays as its cause. */
export function asLacssError(thrown: unknown): LacssError {
  if (thrown instanceof LacssError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return new LacssError('cancelled', 'Stopped.');
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (/out of memory|bad_alloc|allocation failed|invalid (typed )?array (buffer )?length/i.test(text)) {
    return new LacssError('out-of-memory', 'There is not enough memory for this.', {
      remedy: 'Close other programs, or take smaller images or a smaller model preset.',
      cause: thrown,
    });
  }
  return new LacssError('internal', 'Something went wrong inside the program.', {
    remedy: 'What was saved is safe. Try again; report it with its details if it happens again.',
    cause: thrown,
  });
}

/** Makes any thrown value fit to travel. Of what nobody expected, the stack and the causes travel too. */
export function toFailure(thrown: unknown): Failure {
  const error = asLacssError(thrown);
  return {
    code: error.code,
    message: error.message,
    ...(error.subject === undefined ? {} : { subject: error.subject }),
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    ...(isUnexpected(error.code) ? { details: detailsOf(error) } : {}),
  };
}

/** The error a {@link Failure} stands for, to be thrown where it arrives. */
export function fromFailure({ code, message, subject, remedy, details }: Failure): LacssError {
  return new LacssError(code, message, {
    ...(subject === undefined ? {} : { subject }),
    ...(remedy === undefined ? {} : { remedy }),
    // The stack here would be that of the messenger.
    ...(details === undefined ? {} : { cause: new CarriedDetails(details) }),
  });
}

/** Stack and causes of an error that arose in another process. */
class CarriedDetails extends Error {
  constructor(details: string) {
    super('Arose in another process');
    this.stack = details;
  }
}

/** Stack and causes of a thrown value, as text for whoever looks into it. */
export function detailsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.cause instanceof CarriedDetails) return thrown.cause.stack ?? '';
  const cause = thrown.cause === undefined ? '' : `\nCaused by: ${detailsOf(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}
