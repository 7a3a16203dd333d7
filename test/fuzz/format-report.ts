import type { FuzzReport } from './fuzz.ts';

/** A report as text: the counts, then one entry per finding. */
export function formatReport({ findings, ...counts }: FuzzReport): string {
  const lines = [
    `${counts.cases} changed inputs: ${counts.results} read, ${counts.refusals} refused, ${findings.length} findings.`,
    `Slowest ${Math.round(counts.slowestMs)} ms, peak memory ${Math.round(counts.peakBytes / 1e6)} MB.`,
    ...findings.map(
      ({ target, seed, kind, message, path }) => `${target} ${seed}: ${kind}\n${message}\n${path}`,
    ),
  ];
  return lines.join('\n') + '\n';
}
