import type { ErrorCode } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import { said } from '../languages/said.ts';

/** A row of a `SubjectList`. */
export interface SubjectEntry {
  /** A file or an image. */
  subject: string;
  /** The text about it. */
  text: string;
  /** The kind of error, for the link to its section of the guide. */
  code?: ErrorCode | undefined;
}

/** The row of a file or image that failed: message, remedy and link. */
export function failedEntry(subject: string, failure: Failure | null, about = ''): SubjectEntry {
  const words = [about, said(failure?.message ?? ''), said(failure?.remedy ?? '')];
  return { subject, text: words.filter((text) => text !== '').join(' '), code: failure?.code };
}
