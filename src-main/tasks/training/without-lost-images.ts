import type { TrainingRun } from '../../contract/training-run.ts';
import type { Project } from '../../project/project.ts';
import { annotatedImages } from './plan-training.ts';
import type { TrainingImages } from './plan-training.ts';

/**
 * An interrupted training without the images that it lost since it began: they were removed from the project,
 * or their annotation was taken back.
 */
export async function withoutLostImages(
  project: Project,
  run: TrainingRun,
): Promise<{ run: TrainingRun; leftOut: TrainingImages['leftOut'] }> {
  const chosen = [...run.training, ...run.validation];
  const there = project.manifest.images.filter(({ id }) => chosen.includes(id));
  const { usable, leftOut } = await annotatedImages(project, there, run.useLabels);
  const kept = new Set(usable.map(({ id }) => id));
  const removed = chosen
    .filter((id) => !there.some((image) => image.id === id))
    .map((id) => ({ image: id, name: id, reason: 'It was removed from the project' }));
  return {
    run: {
      ...run,
      training: run.training.filter((id) => kept.has(id)),
      validation: run.validation.filter((id) => kept.has(id)),
    },
    leftOut: [...removed, ...leftOut],
  };
}
