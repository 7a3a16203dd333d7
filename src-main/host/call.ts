import type { Progress } from '../contract/job.ts';
import type { CheckedParams, RequestName, RequestResult } from '../contract/requests.ts';

/** What a handler gets besides the params of a request. */
export interface Call {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
  /** The window that asked. */
  window: number;
}

export type Handler<Name extends RequestName> = (
  params: CheckedParams<Name>,
  call: Call,
) => Promise<RequestResult<Name>> | RequestResult<Name>;

/** A handler for each of these requests. */
export type Handlers<Names extends RequestName = RequestName> = { [Name in Names]: Handler<Name> };
