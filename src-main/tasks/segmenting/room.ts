import { LacssError } from '../../contract/errors.ts';

interface Waiting {
  amount: number;
  enter: () => void;
}

/**
 * Lets in what fits into a limit together, in the order of asking; what is larger than the limit comes in
 * alone.
 */
export class Room {
  readonly #limit: number;
  readonly #waiting = new Set<Waiting>();
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws LacssError `cancelled` where the signal says so before there is room */
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
