import { LacssError } from '../../contract/errors.ts';

interface Waiting {
  amount: number;
  enter: () => void;
}

/**
 * Admits images in the order of their requests, as many as fit into the limit together. A larger image is
 * admitted alone.
 */
export class PixelBudget {
  readonly #limit: number;
  readonly #waiting = new Set<Waiting>();
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws LacssError `cancelled` if the signal aborts before its turn */
  enter(amount: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(waiting);
        reject(new LacssError('cancelled', 'Stopped. What was done is kept.'));
        this.#admit();
      };
      const waiting: Waiting = {
        amount,
        enter: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      if (signal.aborted) {
        leave();
        return;
      }
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.add(waiting);
      this.#admit();
    });
  }

  leave(amount: number): void {
    this.#taken -= amount;
    this.#admit();
  }

  #admit(): void {
    for (const waiting of this.#waiting) {
      if (this.#taken > 0 && this.#taken + waiting.amount > this.#limit) return;
      this.#waiting.delete(waiting);
      this.#taken += waiting.amount;
      waiting.enter();
    }
  }
}
