import type { Socket } from 'node:net';

/** Connections without a proof that may be open at once. A browser opens six per page. */
const maxStrangers = 64;
/** How long a connection may stay open without a proof. */
const lifeMs = 60_000;

/**
 * The connections that have not proved who they are. Where there are too many the oldest ends, so that idle ones never keep a new
 * page out.
 */
export class Strangers {
  /** In the order of their arrival. */
  readonly #timers = new Map<Socket, NodeJS.Timeout>();

  add(socket: Socket): void {
    const expiry = setTimeout(() => socket.destroy(), lifeMs).unref();
    this.#timers.set(socket, expiry);
    socket.once('close', () => this.trust(socket));
    if (this.#timers.size <= maxStrangers) return;
    const [oldest] = this.#timers.keys();
    // At once, not only when it has closed: the next one may arrive before.
    this.trust(oldest!);
    oldest!.destroy();
  }

  destroyAll(): void {
    for (const socket of [...this.#timers.keys()]) socket.destroy();
  }

  /** A connection that has proved who it is, or has closed. */
  trust(socket: Socket): void {
    clearTimeout(this.#timers.get(socket));
    this.#timers.delete(socket);
  }
}
