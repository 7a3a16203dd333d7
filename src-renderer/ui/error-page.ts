import type { ErrorCode } from '../../src-main/contract/errors.ts';

/** The place in the guide that explains a kind of error, below the address of the window. */
export function errorPage(code: ErrorCode): string {
  return `help/guide/errors.html#${code}`;
}
