import { availableParallelism, cpus } from 'node:os';

/** Readable name of the CPU: `AMD EPYC 7713, 2 cores`. */
export function describeProcessor(): string {
  const cores = availableParallelism();
  const model = cpus()[0]?.model.trim() ?? 'processor';
  return `${model}, ${cores} ${cores === 1 ? 'core' : 'cores'}`;
}
