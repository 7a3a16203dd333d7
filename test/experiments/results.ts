import { isDeepStrictEqual } from 'node:util';
import type { EvaluationReports } from '../../src-main/tasks/results/evaluate-images.ts';
import type { Experiment } from './experiment.ts';

/** One training of an experiment, and its evaluation. */
export interface Run {
  seed: number;
  commit: string;
  machine: string;
  engine: string;
  /** Steps done; fewer than the experiment's where time ran out. */
  steps: number;
  trainMs: number;
  /** Peak memory of the process so far. It includes the earlier seeds. */
  peakMb: number;
  figures: EvaluationReports;
}

/** What `reports/NAME.json` holds. */
export interface ExperimentResults {
  name: string;
  /** All inputs but the seeds. */
  command: string;
  experiment: Experiment;
  /** Seeded watershed on the test images, annotated like the training images. */
  floor: EvaluationReports | null;
  runs: readonly Run[];
}

/**
 * The runs of both, in order of seed. If both have a seed, the later run counts.
 * @throws Error if the experiments differ
 */
export function mergeResults(earlier: ExperimentResults, later: ExperimentResults): ExperimentResults {
  if (earlier.name !== later.name || !isDeepStrictEqual(earlier.experiment, later.experiment)) {
    throw new Error(`${later.name} is not what was measured as ${earlier.name}: their settings differ.`);
  }
  const isNew = new Set(later.runs.map(({ seed }) => seed));
  const runs = [...earlier.runs.filter(({ seed }) => !isNew.has(seed)), ...later.runs];
  return { ...later, runs: runs.sort((a, b) => a.seed - b.seed) };
}
