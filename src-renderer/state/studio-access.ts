import type { Failure } from '../../src-main/contract/failure.ts';
import type { EngineStatus, HostDescription } from '../../src-main/contract/requests/host.ts';
import type { Client } from '../client/client.ts';

/** What the parts of the window may ask of the whole. */
export interface StudioAccess {
  readonly client: Client;
  readonly host: HostDescription | null;
  readonly engine: EngineStatus | null;
  readonly project: { readonly folder: string } | null;
  /** Does something and shows a refusal instead of throwing it. A cancel needs no message, and a lost connection has its own. */
  attempt<T>(work: () => Promise<T>): Promise<T | undefined>;
  report(failure: Failure): void;
}
