import type { EngineChoice } from '../../contract/choices.ts';
import type { JobControl } from '../../contract/job.ts';
import type { Project } from '../../project/project.ts';
import { beginTeaching } from './begin-teaching.ts';
import type { TeachParams } from './begin-teaching.ts';
import { carryOut } from './train-on-project.ts';
import type { TrainListeners, TrainResult } from './train-on-project.ts';

/**
 * Teaches a model the corrections made in Review. It continues training on the corrected images, mixed with
 * examples learnt earlier. The result is a new model, which segments the corrected images. Like any training
 * it can be interrupted, and `trainOnProject` with `resume` continues it.
 * @throws LacssError as `trainOnProject`; `annotation-missing` without a correction
 */
export async function teachModel(
  project: Project,
  { engine, preview, ...params }: TeachParams & { engine: EngineChoice; preview?: string | null },
  control: JobControl,
  listeners: TrainListeners = {},
): Promise<TrainResult> {
  project.refuseWhenReadOnly();
  const models = project.models;
  const { run, leftOut } = await beginTeaching(project, models, params);
  const id = await models.newId(`${run.preset}-taught`, params.name);
  const named = { name: params.name ?? id, ...run };
  await models.writeRun(id, named);
  const how = { engine, ...(preview === undefined ? {} : { preview }) };
  return carryOut({
    project,
    models,
    params: how,
    control,
    listeners,
    id,
    run: named,
    leftOut,
    warnings: [],
  });
}
