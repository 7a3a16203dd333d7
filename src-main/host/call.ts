import type { Progress } from '../contract/job.ts';
import type { CheckedParams, RequestName, RequestResult } from '../contract/requests.ts';

/** The context of a request for its handler. */
export interface Call {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
  /** The window of the request. */
  window: number;
}

export type Handler<Name extends RequestName> = (
  params: CheckedParams<Name>,
  call: Call,
) => Promise<RequestResult<Name>> | RequestResult<Name>;

/** A handler for each of these requests. */
export type Handlers<Names extends RequestName = RequestName> = { [Name in Names]: Handler<Name> };
