import type { JobControl } from '../contract/job.ts';

/** One part of a long job, and its approximate share of the time. */
export interface ProgressStage {
  name: string;
  weight: number;
}

/**
 * Combines the progress of several jobs that run one after the other.
 * @returns one control per stage, for its job
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
