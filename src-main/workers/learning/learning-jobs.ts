import type { DoctorFact, EngineChoice, EngineStatus } from '../../contract/requests/host.ts';
import type { SegmentationView } from '../../contract/requests/segment.ts';
import type { EpochReport, StepReport } from '../../contract/training.ts';
import type { Segmentation } from '../../contract/pixels.ts';
import { LacssError } from '../../contract/errors.ts';
import { cellAreas } from '../../imaging/label/cell-areas.ts';
import { ModelStore } from '../../project/model-store.ts';
import { SerialQueue } from '../../project/serial-queue.ts';
import { finishTraining } from '../jobs/finish-training.ts';
import { doctor } from '../jobs/doctor.ts';
import { segment, segmentEntry } from '../jobs/segment.ts';
import type { SegmentParams, SegmentResult } from '../jobs/segment.ts';
import { segmentFolder } from '../jobs/segment-folder.ts';
import type { SegmentFolderParams } from '../jobs/segment-folder.ts';
import { train } from '../jobs/train.ts';
import type { TrainParams, TrainResult } from '../jobs/train.ts';
import { withModel } from '../jobs/with-model.ts';
import type { ChildJobControl } from '../job-messages.ts';
import { freshProjectOf } from '../scope.ts';
import type { Scope } from '../scope.ts';
import { doctorFacts } from './doctor-facts.ts';
import { engineStatus } from './engine-status.ts';
import { TrainingLog } from '../training-log.ts';

/** What a training tells while it runs. */
export type TrainingReport =
  | { kind: 'model'; model: string }
  | { kind: 'step'; step: StepReport }
  | { kind: 'epoch'; epoch: EpochReport; preview: Omit<Segmentation, 'labels'> | null };

/** One thing computes at a time: engines share the process, and the machine's cores would not go round. */
const queue = new SerialQueue();

/** Waits for its turn, and gives it up when it is cancelled meanwhile. */
function inTurn<Params, Result>(
  work: (params: Params, control: ChildJobControl) => Promise<Result>,
): (params: Params, control: ChildJobControl) => Promise<Result> {
  return (params, control) =>
    new Promise((resolve, reject) => {
      const leave = (): void => reject(new LacssError('cancelled', 'Stopped.'));
      control.signal.addEventListener('abort', leave, { once: true });
      void queue
        .run(async () => {
          control.signal.removeEventListener('abort', leave);
          if (!control.signal.aborted) resolve(await work(params, control));
        })
        .catch(reject);
    });
}

/** Everything the learning process does, by name. */
export const learningJobs = {
  'engine.open': inTurn(
    async (
      { choice }: { choice: EngineChoice },
      control,
    ): Promise<{ status: EngineStatus; facts: DoctorFact[] }> => {
      const result = await doctor({ engine: choice }, control);
      return { status: engineStatus(result.engines), facts: doctorFacts(result) };
    },
  ),

  train: inTurn(
    async ({ params, ...scope }: Scope & { params: TrainParams }, control): Promise<TrainResult> => {
      const project = await freshProjectOf(scope);
      let log: TrainingLog | null = null;
      try {
        return await train(project, params, control, {
          onModel: (model) => {
            log = new TrainingLog(new ModelStore(project.path('models')).path(model));
            control.report({ kind: 'model', model } satisfies TrainingReport);
          },
          onStep: (step) => {
            log?.step(step);
            control.report({ kind: 'step', step } satisfies TrainingReport);
          },
          onEpoch: (epoch, preview) => {
            log?.epoch(epoch);
            control.report({ kind: 'epoch', epoch, preview: previewOf(preview) } satisfies TrainingReport);
          },
        });
      } finally {
        await (log as TrainingLog | null)?.flush();
      }
    },
  ),

  /** Ends an interrupted training where it is: the model gets the weights of its best epoch. */
  settle: inTurn(async ({ model, ...scope }: Scope & { model: string }): Promise<{ model: string }> =>
    finishTraining(await freshProjectOf(scope), { model }),
  ),

  segment: inTurn(
    async (
      { params, ...scope }: Scope & { params: Omit<SegmentParams, 'onImage'> },
      control,
    ): Promise<SegmentResult> =>
      segment(await freshProjectOf(scope), { ...params, onImage: control.report }, control),
  ),

  segmentFolder: inTurn((params: Omit<SegmentFolderParams, 'onImage'>, control): Promise<SegmentResult> =>
    segmentFolder({ ...params, onImage: control.report }, control),
  ),

  'models.try': inTurn(
    async (
      { image: id, model, ...scope }: Scope & { image: string; model: string },
      control,
    ): Promise<SegmentationView> => {
      const project = await freshProjectOf(scope);
      const image = project.image(id);
      const stored = await new ModelStore(project.path('models')).load(model);
      const { labels, scores, locations, contours } = await withModel(stored, 'auto', (loaded) =>
        segmentEntry(project, image, loaded, {}, control),
      );
      return {
        image: id,
        model: stored.id,
        contours,
        scores,
        locations,
        areasPx: cellAreas(labels, scores.length),
      };
    },
  ),
};

export type LearningJobs = typeof learningJobs;

/** Label images are large and the window draws contours. */
function previewOf(preview: Segmentation | null): Omit<Segmentation, 'labels'> | null {
  if (preview === null) return null;
  const { scores, locations, contours } = preview;
  return { scores, locations, contours };
}
