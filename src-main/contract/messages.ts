import { z } from 'zod';
import { countSchema } from './numbers.ts';
import type { EventName, Events } from './events.ts';
import type { Failure } from './failure.ts';
import type { Progress } from './job.ts';

/**
 * The messages of the contract. The same five carry a job from window to host and from host to a worker
 * process. Request and cancel go down; progress, result and error come up, each with the job's id. Events
 * only come up.
 */

/** The sender chooses it; unique on one connection. */
export type JobId = number;

/** From window to host. The host checks it, and its params by the schema of the request. */
export const downMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('request'),
    job: countSchema,
    name: z.string().max(100),
    params: z.unknown(),
  }),
  z.strictObject({ type: z.literal('cancel'), job: countSchema }),
]);
export type DownMessage = z.infer<typeof downMessage>;

/** From host to window. */
export type UpMessage =
  | { type: 'progress'; job: JobId; progress: Progress }
  | { type: 'result'; job: JobId; value: unknown }
  | { type: 'error'; job: JobId; failure: Failure }
  | { [Name in EventName]: { type: 'event'; name: Name; payload: Events[Name] } }[EventName];
