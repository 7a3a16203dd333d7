import type { JobControl } from '../../contract/job.ts';
import type { TrainingRequest } from '../../contract/requests/training-requests.ts';
import type { Project } from '../../project/project.ts';
import type { TrainParams } from './begin-training.ts';
import { teachModel } from './teach-model.ts';
import { trainOnProject } from './train-on-project.ts';
import type { TrainListeners, TrainResult } from './train-on-project.ts';

/** A training, or a lesson. */
export type TrainingJob = TrainParams & Pick<TrainingRequest, 'teaching'>;

/** Starts a training or a lesson, or continues either. @throws LacssError as `trainOnProject` */
export function trainOrTeach(
  project: Project,
  { teaching, ...params }: TrainingJob,
  control: JobControl,
  listeners: TrainListeners,
): Promise<TrainResult> {
  if (teaching === undefined || params.resume !== undefined) {
    return trainOnProject(project, params, control, listeners);
  }
  const { startFrom, images, seed, engine, until, preview } = params;
  if (until.kind !== 'minutes') throw new RangeError(`Expected a time limit, received ${until.kind}`);
  const lesson = {
    until,
    seed,
    engine,
    ...(startFrom === null ? {} : { parent: startFrom }),
    ...(images === undefined ? {} : { images }),
    ...(preview === undefined ? {} : { preview }),
    ...(teaching.rehearsalShare === undefined ? {} : { rehearsalShare: teaching.rehearsalShare }),
  };
  return teachModel(project, lesson, control, listeners);
}
