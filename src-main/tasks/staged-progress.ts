import type { JobControl } from '../contract/job.ts';

/** One part of a long job, and about how long it takes beside the others. */
export interface ProgressStage {
  name: string;
  weight: number;
}

/**
 * Shows several jobs, one after the other, as one: each takes its share of the whole.
 * @returns for each stage, the control its job is given
 */
export function stagedProgress(
  stages: readonly ProgressStage[],
  { signal, onProgress }: JobControl,
): JobControl[] {
  const total = stages.reduce((sum, { weight }) => sum + weight, 0);
  let before = 0;
  return stages.map(({ weight }, index) => {
    const start = before;
    before += weight;
    return {
      signal,
      onProgress: (report) =>
        onProgress({
          done: start + (report.total > 0 ? (weight * report.done) / report.total : 0),
          total,
          message: `${index + 1}/${stages.length} ${report.message}`,
        }),
    };
  });
}
