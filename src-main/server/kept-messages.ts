import type { Failure } from '../contract/failure.ts';
import type { BrowserHostOptions } from './browser-host.ts';

/** What the keeper asks of the host it keeps. */
export type ToKept =
  { type: 'start'; options: Omit<BrowserHostOptions, 'log'> } | { type: 'address' | 'open' | 'stop' };

/** What a kept host tells its keeper. */
export type FromKept =
  | { type: 'serving'; address: string }
  | { type: 'address'; address: string }
  | { type: 'log'; line: string }
  | { type: 'failed'; failure: Failure };
