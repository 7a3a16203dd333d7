import { z } from 'zod';
import { LacssError } from '../contract/errors.ts';
import { isUnexpected, toFailure } from '../contract/failure.ts';
import { downMessage } from '../contract/messages.ts';
import type { UpMessage } from '../contract/messages.ts';
import { isRequestName, requests } from '../contract/requests.ts';
import { parseToFirstFault } from '../contract/parse-to-first-fault.ts';

import type { Call, Handlers } from './call.ts';

/** The most open requests per window: far more than a page needs. */
const maxRunning = 1000;

/** The session of one window: checks every message, runs its requests, answers. */
export class Session {
  readonly window: number;
  readonly #handlers: Handlers;
  readonly #send: (message: UpMessage) => void;
  readonly #onUnexpected: (name: string, error: unknown) => void;
  readonly #running = new Map<number, AbortController>();

  /** @param onUnexpected called with unexpected errors and their request */
  constructor(
    window: number,
    handlers: Handlers,
    send: (message: UpMessage) => void,
    onUnexpected: (name: string, error: unknown) => void = () => undefined,
  ) {
    this.#onUnexpected = onUnexpected;
    this.window = window;
    this.#handlers = handlers;
    this.#send = send;
  }

  /** Handles a message of the window. Ignores anything that is not a message of the contract. */
  receive(received: unknown): void {
    const message = downMessage.safeParse(received);
    if (!message.success) return;
    const { data } = message;
    if (data.type === 'cancel') this.#running.get(data.job)?.abort();
    else void this.#run(data.job, data.name, data.params);
  }

  /** Cancels the open requests of a closed window. */
  close(): void {
    for (const controller of this.#running.values()) controller.abort();
  }

  async #run(job: number, name: string, params: unknown): Promise<void> {
    if (this.#running.has(job) || this.#running.size >= maxRunning) {
      const failure = { code: 'request-invalid' as const, message: `Job ${job} is refused.` };
      this.#send({ type: 'error', job, failure });
      return;
    }
    const controller = new AbortController();
    this.#running.set(job, controller);
    try {
      const value = await this.#handle(name, params, {
        signal: controller.signal,
        window: this.window,
        onProgress: (progress) => this.#send({ type: 'progress', job, progress }),
      });
      this.#send({ type: 'result', job, value });
    } catch (error) {
      const failure = toFailure(error);
      if (isUnexpected(failure.code)) this.#onUnexpected(name, error);
      this.#send({ type: 'error', job, failure });
    } finally {
      this.#running.delete(job);
    }
  }

  #handle(name: string, params: unknown, call: Call): unknown {
    if (!isRequestName(name)) {
      throw new LacssError('request-invalid', `There is no request called ${name}.`, { subject: name });
    }
    const checked = parseToFirstFault(requests[name].params, params);
    if (!checked.success) {
      throw new LacssError('request-invalid', `${name}: ${z.prettifyError(checked.error)}`, {
        subject: name,
      });
    }
    const handler = this.#handlers[name] as (params: unknown, call: Call) => unknown;
    return handler(checked.data, call);
  }
}
