import { toFailure } from '../../src-main/contract/failure.ts';
import type { Failure } from '../../src-main/contract/failure.ts';

/**
 * The value of the newest answer of the host. A new request cancels the running one, so an older answer never
 * replaces a newer one.
 */
export class Loaded<T> {
  /** The key of the value, such as an image's id. Both change together, so they always match. */
  key = $state.raw<string | null>(null);
  value = $state.raw<T | null>(null);
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  #controller: AbortController | null = null;

  /**
   * Sends a request, also if the same one is running. The earlier value stays until the answer arrives.
   * @returns the answer; null if it failed or there is a newer request
   */
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
      // The window asks again after it reconnects. Until then the earlier value stays.
      if (failure.code === 'connection-lost') return null;
      this.failure = failure.code === 'cancelled' ? null : failure;
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

  /** The value, if it has this key. */
  of(key: string | null): T | null {
    return key !== null && this.key === key ? this.value : null;
  }

  /** Sets a value and cancels the running request. */
  set(key: string, value: T): void {
    this.#cancel();
    this.key = key;
    this.value = value;
    this.failure = null;
  }

  /** Sets a newer value of the same key. A running request continues. */
  replace(key: string, value: T): void {
    if (this.key === key) this.value = value;
  }

  clear(): void {
    this.#cancel();
    this.key = null;
    this.value = null;
    this.failure = null;
  }

  #cancel(): void {
    this.#controller?.abort();
    this.#controller = null;
    this.busy = false;
  }
}
