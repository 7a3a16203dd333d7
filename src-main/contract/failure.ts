import { LacssError } from './errors.ts';
import type { ErrorCode } from './errors.ts';

/** A refusal as it travels between processes: a {@link LacssError} without its stack. */
export interface Failure {
  code: ErrorCode;
  message: string;
  /** The file or image it is about. */
  subject?: string;
  /** The next step for the person, a whole sentence. */
  remedy?: string;
}

/** Makes any thrown value fit to travel; what is no {@link LacssError} becomes `internal`, or `cancelled` for an abort. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof LacssError) {
    return {
      code: thrown.code,
      message: thrown.message,
      ...(thrown.subject === undefined ? {} : { subject: thrown.subject }),
      ...(thrown.remedy === undefined ? {} : { remedy: thrown.remedy }),
    };
  }
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return { code: 'cancelled', message: 'Stopped.' };
  }
  return { code: 'internal', message: thrown instanceof Error ? thrown.message : String(thrown) };
}

/** The error a {@link Failure} stands for, to be thrown where it arrives. */
export function fromFailure({ code, message, subject, remedy }: Failure): LacssError {
  return new LacssError(code, message, {
    ...(subject === undefined ? {} : { subject }),
    ...(remedy === undefined ? {} : { remedy }),
  });
}
