import type { Failure } from '../contract/failure.ts';
import type { BrowserHostOptions } from './browser-host.ts';

/** Messages of the keeper to its host. */
export type ToKept =
  { type: 'start'; options: Omit<BrowserHostOptions, 'log'> } | { type: 'address' | 'open' | 'stop' };

/** Messages of the host to its keeper. */
export type FromKept =
  | { type: 'serving'; address: string }
  | { type: 'address'; address: string }
  | { type: 'log'; line: string }
  | { type: 'failed'; failure: Failure };
