import type { z } from 'zod';

/**
 * The effect of a request on its project. `read`: none. `import`: it reads, but first imports annotation
 * files that another program changed; a repetition imports nothing more. `change`: any other effect. Reads
 * and imports are repeated after a crash of their process.
 */
export type RequestEffect = 'read' | 'import' | 'change';

/** The process that answers a request: the host or a worker process. */
export type RequestProcess = 'host' | 'imaging' | 'learning';

/** One request of the contract: its params and result, its effect, and the process that answers it. */
export interface RequestSpec<Params extends z.ZodType, Result, Process extends RequestProcess> {
  readonly params: Params;
  readonly effect: RequestEffect;
  readonly process: Process;
  /** Carries the result's type only; never present. */
  readonly result?: Result;
}

/**
 * Declares a request: `request(z.strictObject({ … }), { effect: 'read', process: 'imaging'
 * }).returns<Answer>()`.
 */
export function request<Params extends z.ZodType, Process extends RequestProcess>(
  params: Params,
  { effect, process }: { effect: RequestEffect; process: Process },
): { returns: <Result>() => RequestSpec<Params, Result, Process> } {
  return { returns: () => ({ params, effect, process }) };
}
