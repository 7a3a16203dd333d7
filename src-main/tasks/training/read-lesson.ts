import type { TeachingRecord } from '../../contract/teaching.ts';
import type { Project } from '../../project/project.ts';

/**
 * The lineage and figures of a taught model; `null` for any other model.
 * @throws LacssError `model-invalid`
 */
export async function readLesson(project: Project, model: string): Promise<TeachingRecord | null> {
  const { card } = await project.models.load(model);
  return card.training?.teaching ?? null;
}
