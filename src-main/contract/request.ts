import type { z } from 'zod';

/** One request of the treaty: what it takes, checked where it enters, and what it answers. */
export interface RequestSpec<Params extends z.ZodType, Result> {
  readonly params: Params;
  /** Carries the result's type only; never present. */
  readonly result?: Result;
}

/** Declares a request: `request(z.strictObject({ … })).returns<Answer>()`. */
export function request<Params extends z.ZodType>(
  params: Params,
): { returns: <Result>() => RequestSpec<Params, Result> } {
  return { returns: () => ({ params }) };
}
