import { familyOf, processorMs } from '../../fixtures/process-table.ts';

/** The result of one part of the load bench. */
export interface Part {
  name: string;
  figures: Record<string, number | string>;
  /** Broken limits, in words. */
  faults: string[];
}

/** Wall time of some work, and the processor time of this process and its descendants, in ms. */
export async function timed(work: () => Promise<unknown>): Promise<{ wallMs: number; processorMs: number }> {
  const used = (): number => familyOf(process.pid).reduce((sum, pid) => sum + (processorMs(pid) ?? 0), 0);
  const before = used();
  const startedAt = performance.now();
  await work();
  return { wallMs: Math.round(performance.now() - startedAt), processorMs: used() - before };
}
