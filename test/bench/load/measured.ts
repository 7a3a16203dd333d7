import { familyOf, processorMs } from '../../fixtures/process-table.ts';

/** What one part of the load bench has found. */
export interface Part {
  name: string;
  figures: Record<string, number | string>;
  /** What is not as promised, in words. */
  faults: string[];
}

/** Wall time of some work, and the processor time of this process and all below it, both in ms. */
export async function timed(work: () => Promise<unknown>): Promise<{ wallMs: number; processorMs: number }> {
  const used = (): number => familyOf(process.pid).reduce((sum, pid) => sum + (processorMs(pid) ?? 0), 0);
  const before = used();
  const startedAt = performance.now();
  await work();
  return { wallMs: Math.round(performance.now() - startedAt), processorMs: used() - before };
}
