import type { Failure } from '../contract/failure.ts';
import type { UpMessage } from '../contract/messages.ts';
import type { ErrorLog } from '../project/error-log.ts';

/** Failures lie no deeper in a message. */
const mostLevels = 4;

/**
 * Checks the failures in all messages to windows. Failures of single images, inside results and events, are
 * logged here, once each. Details lose the names of home and projects, because people copy them into reports.
 */
export class OutgoingFailures {
  readonly #log: ErrorLog;
  readonly #projects: () => string[];
  readonly #seen = new WeakSet<Failure>();

  /** @param projects the folders of all open projects */
  constructor(log: ErrorLog, projects: () => string[]) {
    this.#log = log;
    this.#projects = projects;
  }

  /** Logs and shortens the failures of a message, in place. */
  look(message: UpMessage): void {
    switch (message.type) {
      case 'error':
        // The session has logged it, with its stack.
        this.#redact(message.failure);
        return;
      case 'result':
        this.#visit(message.value, 'a result', mostLevels);
        return;
      case 'event':
        this.#visit(message.payload, message.name, mostLevels);
        return;
      case 'progress':
    }
  }

  #visit(value: unknown, what: string, levels: number): void {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || levels === 0) return;
    if (isFailure(value)) {
      if (this.#seen.has(value)) return;
      this.#seen.add(value);
      this.#log.write(`${what}, ${value.subject ?? ''}`, value.details ?? '', this.#projects());
      this.#redact(value);
      return;
    }
    for (const [name, part] of Object.entries(value)) {
      // Other lists have many thousands of images, points or cells.
      if (!Array.isArray(part)) this.#visit(part, what, levels - 1);
      else if (name === 'failures') for (const failure of part) this.#visit(failure, what, levels - 1);
    }
  }

  #redact(failure: Failure): void {
    if (failure.details === undefined) return;
    failure.details = this.#log.redact(failure.details, this.#projects());
  }
}

/** Whether it is a failure with details. Only unexpected errors have them. */
function isFailure(value: object): value is Failure {
  const { code, message, details } = value as Partial<Record<keyof Failure, unknown>>;
  return typeof code === 'string' && typeof message === 'string' && typeof details === 'string';
}
