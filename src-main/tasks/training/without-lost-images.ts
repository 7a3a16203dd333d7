import type { TrainingRun } from '../../contract/training-run.ts';
import type { Project } from '../../project/project.ts';
import { annotatedImages } from './plan-training.ts';
import type { TrainingImages } from './plan-training.ts';

/**
 * An interrupted training without the images that it lost since it began. They were removed from the project,
 * or their annotation was undone.
 */
export async function withoutLostImages(
  project: Project,
  run: TrainingRun,
): Promise<{ run: TrainingRun; leftOut: TrainingImages['leftOut'] }> {
  const { useLabels } = run;
  const { foreground = 'picked' } = run.variant ?? {};
  const leftOut: TrainingImages['leftOut'] = [];
  const kept = async (chosen: readonly string[], judges: boolean): Promise<string[]> => {
    const there = project.manifest.images.filter(({ id }) => chosen.includes(id));
    const found = await annotatedImages(project, there, { useLabels, foreground, judges });
    const removed = chosen.filter((id) => !there.some((image) => image.id === id));
    leftOut.push(
      ...removed.map((id) => ({ image: id, name: id, reason: 'It was removed from the project' })),
    );
    leftOut.push(...found.leftOut);
    return chosen.filter((id) => found.usable.some((image) => image.id === id));
  };
  const training = await kept(run.training, false);
  const validation = await kept(run.validation, true);
  return { run: { ...run, training, validation }, leftOut };
}
