import type { Socket } from 'node:net';

/** The most connections without a proof. A browser opens six per page. */
const maxStrangers = 64;
/** How long a connection may stay open without a proof. */
const lifeMs = 60_000;

/**
 * Connections before their proof. If there are too many, the oldest ends, so that idle connections never
 * block a new page.
 */
export class Strangers {
  /** In the order of their arrival. */
  readonly #timers = new Map<Socket, NodeJS.Timeout>();

  add(socket: Socket): void {
    const expiry = setTimeout(() => socket.destroy(), lifeMs).unref();
    this.#timers.set(socket, expiry);
    socket.once('close', () => this.trust(socket));
    const [oldest] = this.#timers.keys();
    if (oldest === undefined || this.#timers.size <= maxStrangers) return;
    // Immediately, because the next one may arrive before this one has closed.
    this.trust(oldest);
    oldest.destroy();
  }

  destroyAll(): void {
    for (const socket of [...this.#timers.keys()]) socket.destroy();
  }

  /** Removes a connection after its proof, or after it closed. */
  trust(socket: Socket): void {
    clearTimeout(this.#timers.get(socket));
    this.#timers.delete(socket);
  }
}
