import type { EngineStatus } from '../../contract/requests/host.ts';
import type { EngineChoice, EngineReport } from '../../engine/engine-report.ts';
import { openEngine } from '../../engine/open-engine.ts';
import type { Engine } from '../../engine/open-engine.ts';
import { SerialQueue } from '../../project/serial-queue.ts';

/** An engine that is open, and how it looks in the engine chip. */
export interface OpenEngine {
  engine: Engine;
  status: EngineStatus;
}

/** The one place where this process computes: work comes one after the other, each on the engine it asked for. */
export class EngineRoom {
  readonly #queue = new SerialQueue();
  #open: (OpenEngine & { choice: EngineChoice }) | null = null;

  /**
   * Does work on an engine; opens it first, or changes it, where need be.
   * @throws LacssError `engine-unavailable`, and what the work throws
   */
  use<T>(choice: EngineChoice, work: (open: OpenEngine) => Promise<T>): Promise<T> {
    return this.#queue.run(async () => work(await this.#ensure(choice)));
  }

  /** Does work that opens engines itself, with none open. */
  useNone<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.run(async () => {
      this.#close();
      return work();
    });
  }

  async #ensure(choice: EngineChoice): Promise<OpenEngine> {
    if (this.#open?.choice === choice) return this.#open;
    this.#close();
    const engine = await openEngine(choice);
    this.#open = { choice, engine, status: statusOf(engine.describe()) };
    return this.#open;
  }

  #close(): void {
    this.#open?.engine.close();
    this.#open = null;
  }
}

/** What the engine chip shows of a report. */
export function statusOf({ asked, chosen, engines }: EngineReport): EngineStatus {
  const facts = engines.find(({ name }) => name === chosen);
  const test = facts?.selfTest ?? null;
  return {
    state: 'ready',
    choice: asked,
    engine: chosen,
    provider: facts?.provider ?? '',
    device: facts?.device ?? '',
    version: facts?.version ?? '',
    passedOver: engines
      .filter(({ name }) => name !== chosen)
      .map(({ name, reason }) => ({ engine: name, reason })),
    selfTest:
      test === null
        ? 'No self-test was made.'
        : `A small training step took ${Math.round(test.elapsedMs)} ms and agrees to ${test.worstRelativeError.toExponential(0)}.`,
  };
}
