import { LacssError } from '../../src-main/contract/errors.ts';
import type { EventName, Events } from '../../src-main/contract/events.ts';
import { fromFailure } from '../../src-main/contract/failure.ts';
import type { Progress } from '../../src-main/contract/job.ts';
import type { JobId, UpMessage } from '../../src-main/contract/messages.ts';
import type { RequestName, RequestParams, RequestResult } from '../../src-main/contract/requests.ts';
import { Thumbnails } from './thumbnails.ts';
import type { ConnectionStatus, Transport } from './transport.ts';

export interface RequestOptions {
  /** Cancels the job on the host; the promise rejects with the code `cancelled`. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
}

interface PendingRequest {
  resolve: (value: unknown) => void;
  reject: (error: LacssError) => void;
  onProgress: ((progress: Progress) => void) | undefined;
}

/** Sends requests to the host and receives its events, over any transport. The contract has the types. */
export class Client {
  readonly thumbnails = new Thumbnails((path, signal) => this.pixels(path, signal));
  readonly #transport: Transport;
  readonly #pending = new Map<JobId, PendingRequest>();
  readonly #handlers = new Map<EventName, Set<(payload: never) => void>>();
  #nextJob = 1;

  constructor(transport: Transport, onStatus: (status: ConnectionStatus) => void) {
    this.#transport = transport;
    transport.start(
      (message) => this.#receive(message),
      (status) => {
        if (status !== 'open' && status !== 'connecting') this.#failAll();
        onStatus(status);
      },
    );
  }

  /** @throws LacssError the host's error, `cancelled`, or `connection-lost` if no answer will come */
  request<Name extends RequestName>(
    name: Name,
    params: RequestParams<Name>,
    { signal, onProgress }: RequestOptions = {},
  ): Promise<RequestResult<Name>> {
    const job = this.#nextJob++;
    return new Promise<RequestResult<Name>>((resolve, reject) => {
      if (signal?.aborted) {
        reject(new LacssError('cancelled', 'Stopped.'));
        return;
      }
      const cancel = () => {
        if (!this.#pending.delete(job)) return;
        this.#transport.send({ type: 'cancel', job });
        reject(new LacssError('cancelled', 'Stopped.'));
      };
      signal?.addEventListener('abort', cancel, { once: true });
      const settle = () => signal?.removeEventListener('abort', cancel);
      this.#pending.set(job, {
        resolve: (value) => {
          settle();
          resolve(value as RequestResult<Name>);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
        onProgress,
      });
      this.#transport.send({ type: 'request', job, name, params });
    });
  }

  /** @returns a function that ends the subscription */
  on<Name extends EventName>(name: Name, handler: (payload: Events[Name]) => void): () => void {
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers);
    handlers.add(handler);
    return () => handlers.delete(handler);
  }

  /** Fetches a tile or thumbnail by its path of contract/urls.ts. */
  pixels(path: string, signal: AbortSignal): Promise<Response> {
    return this.#transport.pixels(path, signal);
  }

  #receive(message: UpMessage): void {
    if (message.type === 'event') {
      for (const handler of this.#handlers.get(message.name) ?? []) handler(message.payload as never);
      return;
    }
    const pending = this.#pending.get(message.job);
    // An answer to an abandoned job.
    if (!pending) return;
    if (message.type === 'progress') {
      pending.onProgress?.(message.progress);
      return;
    }
    this.#pending.delete(message.job);
    if (message.type === 'result') pending.resolve(message.value);
    else pending.reject(fromFailure(message.failure));
  }

  #failAll(): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const job of pending) {
      job.reject(
        new LacssError('connection-lost', 'The connection to LACSS Studio was lost.', {
          remedy: 'Everything saved so far is safe.',
        }),
      );
    }
  }
}
