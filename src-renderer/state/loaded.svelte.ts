import { toFailure } from '../../src-main/contract/failure.ts';
import type { Failure } from '../../src-main/contract/failure.ts';

/**
 * The value that the host answered last. A new question cancels the one under way, so that the answer to an
 * older question never replaces that to a newer one.
 */
export class Loaded<T> {
  /**
   * What the value is of, such as an image's id. It changes together with the value, so that the two always
   * fit.
   */
  key = $state.raw<string | null>(null);
  value = $state.raw<T | null>(null);
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  #controller: AbortController | null = null;

  /**
   * Asks, also when the same question is under way. The value before stays until the answer is there.
   * @returns the answer; null when it failed or a newer question was asked meanwhile
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
      // The window asks again once it is connected again; until then the value before stays.
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

  /** Takes a value and cancels the question under way. */
  set(key: string, value: T): void {
    this.#cancel();
    this.key = key;
    this.value = value;
    this.failure = null;
  }

  /** Takes a newer value of the same key. A question under way goes on. */
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
