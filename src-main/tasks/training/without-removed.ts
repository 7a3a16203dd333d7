import type { TrainingRun } from '../../contract/training-run.ts';
import type { Project } from '../../project/project.ts';
import type { TrainingImages } from './plan-training.ts';

/** An interrupted training without the images that were removed from the project since it began. */
export function withoutRemoved(
  project: Project,
  run: TrainingRun,
): { run: TrainingRun; leftOut: TrainingImages['leftOut'] } {
  const there = new Set(project.manifest.images.map(({ id }) => id));
  const training = run.training.filter((id) => there.has(id));
  const validation = run.validation.filter((id) => there.has(id));
  const leftOut = [...run.training, ...run.validation]
    .filter((id) => !there.has(id))
    .map((id) => ({ image: id, name: id, reason: 'It was removed from the project' }));
  return { run: { ...run, training, validation }, leftOut };
}
