/** Work that several callers may wait for. It is done once, and stops when no caller waits any more. */
export class SharedWork<Value> {
  readonly result: Promise<Value>;
  readonly #stop = new AbortController();
  #waiting = 0;

  constructor(work: (signal: AbortSignal) => Promise<Value>) {
    this.result = work(this.#stop.signal);
    // It may fail when nobody waits any more.
    this.result.catch(() => undefined);
  }

  /** Whether it was stopped. */
  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Waits for the result until the signal aborts; without one, to the end. */
  wait(signal?: AbortSignal): Promise<Value> {
    this.#waiting++;
    const leave = (): void => {
      this.#waiting--;
      if (this.#waiting === 0) this.#stop.abort();
    };
    if (signal?.aborted) leave();
    else signal?.addEventListener('abort', leave, { once: true });
    return this.result.finally(() => signal?.removeEventListener('abort', leave));
  }
}
