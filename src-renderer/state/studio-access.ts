import type { Failure } from '../../src-main/contract/failure.ts';
import type { EngineStatus, HostDescription } from '../../src-main/contract/requests/host-requests.ts';
import type { Client } from '../client/client.ts';

/** The part of the window's state that its parts use. */
export interface StudioAccess {
  readonly client: Client;
  readonly host: HostDescription | null;
  readonly engine: EngineStatus | null;
  readonly project: { readonly folder: string } | null;
  /** Runs work and shows its error instead of throwing it, except a cancel or a lost connection. */
  attempt<T>(work: () => Promise<T>): Promise<T | undefined>;
  report(failure: Failure): void;
  /** Dismisses the shown errors of a kind. */
  dismissAll(code: Failure['code']): void;
}
