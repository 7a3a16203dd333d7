/**
 * Work that several may wait for: it is done once, and stopped when the last of them has gone.
 */
export class SharedWork<Value> {
  readonly result: Promise<Value>;
  readonly #stop = new AbortController();
  #waiting = 0;

  constructor(work: (signal: AbortSignal) => Promise<Value>) {
    this.result = work(this.#stop.signal);
    // Nobody may be waiting any more when it fails.
    this.result.catch(() => undefined);
  }

  /** Whether it has been given up. */
  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Waits for the result until the signal aborts. */
  wait(signal: AbortSignal): Promise<Value> {
    this.#waiting++;
    const leave = (): void => {
      this.#waiting--;
      if (this.#waiting === 0) this.#stop.abort();
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    return this.result.finally(() => signal.removeEventListener('abort', leave));
  }
}
