import { toFailure } from '../../src-main/contract/failure.ts';
import type { Failure } from '../../src-main/contract/failure.ts';

/** A value the host is asked for: the newest question wins, the older one is cancelled. */
export class Loaded<T> {
  /** What the value is of: an image's id. Changes when the answer comes, so that key and value always fit. */
  key = $state.raw<string | null>(null);
  value = $state.raw<T | null>(null);
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  #controller: AbortController | null = null;

  /** Asks, unless this very thing is being asked for already. The old value stays until the new one is there. */
  async load(key: string, ask: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.busy = true;
    try {
      const value = await ask(controller.signal);
      if (this.#controller !== controller) return null;
      this.key = key;
      this.value = value;
      this.failure = null;
      return value;
    } catch (thrown) {
      if (this.#controller !== controller) return null;
      const failure = toFailure(thrown);
      this.failure = ['cancelled', 'connection-lost'].includes(failure.code) ? null : failure;
      if (this.key !== key) this.value = null;
      this.key = key;
      return null;
    } finally {
      if (this.#controller === controller) {
        this.#controller = null;
        this.busy = false;
      }
    }
  }

  /** The value, if it is of this key. */
  of(key: string | null): T | null {
    return key !== null && this.key === key ? this.value : null;
  }

  set(key: string, value: T): void {
    this.#controller?.abort();
    this.#controller = null;
    this.busy = false;
    this.key = key;
    this.value = value;
    this.failure = null;
  }

  clear(): void {
    this.#controller?.abort();
    this.#controller = null;
    this.busy = false;
    this.key = null;
    this.value = null;
    this.failure = null;
  }
}
