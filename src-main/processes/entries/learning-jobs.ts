import type { EngineChoice } from '../../contract/choices.ts';
import type { Position } from '../../contract/fields.ts';
import type { DoctorFact, EngineStatus } from '../../contract/requests/host-requests.ts';
import type { PromptAnswer } from '../../contract/requests/review-requests.ts';
import type { SegmentationView } from '../../contract/requests/segment-requests.ts';
import type { TrainingPreview, TrainingRequest } from '../../contract/requests/training-requests.ts';
import type { EpochReport, StepReport } from '../../contract/training.ts';
import { LacssError } from '../../contract/errors.ts';
import { ModelStore } from '../../project/model-store.ts';
import { SerialQueue } from '../../project/serial-queue.ts';
import { finishTraining } from '../../tasks/training/finish-training.ts';
import { examineMachine } from '../../tasks/doctor/examine-machine.ts';
import { previewImage } from '../../tasks/training/open-preview.ts';
import type { EpochPreview } from '../../tasks/training/open-preview.ts';
import { Prompter } from '../../tasks/segmenting/prompter.ts';
import { tryModel } from '../../tasks/segmenting/try-model.ts';
import { segmentProject } from '../../tasks/segmenting/segment-project.ts';
import type { SegmentParams } from '../../tasks/segmenting/segment-project.ts';
import type { ImageNews, SegmentResult } from '../../tasks/segmenting/segment-each.ts';
import { segmentFolder } from '../../tasks/segmenting/segment-folder.ts';
import type { SegmentFolderParams } from '../../tasks/segmenting/segment-folder.ts';
import { trainOnProject } from '../../tasks/training/train-on-project.ts';
import type { TrainParams } from '../../tasks/training/begin-training.ts';
import type { TrainListeners, TrainResult } from '../../tasks/training/train-on-project.ts';
import { teachModel } from '../../tasks/training/teach-model.ts';
import type { Project } from '../../project/project.ts';
import type { JobControl } from '../../contract/job.ts';
import type { WorkerJobControl } from '../job-messages.ts';
import { freshProjectOf } from '../../project/scope.ts';
import type { Scope } from '../../project/scope.ts';
import { doctorFacts } from '../../tasks/doctor/doctor-facts.ts';
import { engineStatus } from '../../tasks/doctor/engine-status.ts';
import { TrainingLog } from '../../tasks/training/training-log.ts';
import { keepPreview } from '../../tasks/training/training-previews.ts';

/** A training, or a lesson. */
export type TrainingJob = TrainParams & Pick<TrainingRequest, 'teaching'>;

/** The reports of a running training. */
export type TrainingReport =
  /** The new model, and the image segmented after every epoch. */
  | { kind: 'model'; model: string; preview: string | null }
  | { kind: 'engine'; status: EngineStatus }
  | { kind: 'step'; step: StepReport }
  /** `preview`: whether the epoch has one. */
  | { kind: 'epoch'; epoch: EpochReport; preview: boolean };

/** The reports of a running segmentation: in a folder first the list of images, then each finished image. */
export type SegmentReport = ImageNews | { status: 'found'; images: string[] };

/** One job computes at a time: engines share the process and the cores. */
const queue = new SerialQueue();
/** Keeps an engine between its jobs. */
const prompter = new Prompter();

/** Waits for its turn, with the engine to itself. */
function inTurn<Params, Result>(
  work: (params: Params, control: WorkerJobControl) => Promise<Result>,
): (params: Params, control: WorkerJobControl) => Promise<Result> {
  return queued((params, control) => {
    prompter.close();
    return work(params, control);
  });
}

/** Waits for its turn; a cancel ends the wait. */
function queued<Params, Result>(
  work: (params: Params, control: WorkerJobControl) => Promise<Result>,
): (params: Params, control: WorkerJobControl) => Promise<Result> {
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

/** All jobs of the learning process, by name. */
export const learningJobs = {
  'engine.open': inTurn(
    async (
      { choice }: { choice: EngineChoice },
      control,
    ): Promise<{ status: EngineStatus; facts: DoctorFact[] }> => {
      const result = await examineMachine({ engine: choice }, control);
      return { status: engineStatus(result.engines), facts: doctorFacts(result) };
    },
  ),

  train: inTurn(
    async ({ params, ...scope }: Scope & { params: TrainingJob }, control): Promise<TrainResult> => {
      const project = await freshProjectOf(scope);
      let folder = '';
      let log: TrainingLog | null = null;
      try {
        return await begin(project, params, control, {
          onModel: (model, run) => {
            folder = new ModelStore(project.path('models')).path(model);
            log = new TrainingLog(folder);
            const preview = previewImage(params.preview, run);
            control.report({ kind: 'model', model, preview } satisfies TrainingReport);
          },
          onEngine: (report) =>
            control.report({ kind: 'engine', status: engineStatus(report) } satisfies TrainingReport),
          onStep: (step) => {
            log?.step(step);
            control.report({ kind: 'step', step } satisfies TrainingReport);
          },
          // A resumed training continues after its checkpoint: the curves up to there must be on the disk.
          beforeCheckpoint: async () => log?.flush(),
          onEpoch: async (epoch, found) => {
            log?.epoch(epoch);
            const preview = found !== null && (await keepPreview(folder, previewOf(epoch.epoch, found)));
            control.report({ kind: 'epoch', epoch, preview } satisfies TrainingReport);
          },
        });
      } finally {
        await (log as TrainingLog | null)?.flush();
      }
    },
  ),

  /**
   * Ends an interrupted training. The model gets the weights of its best epoch; without a step there is no
   * model.
   */
  settle: inTurn(
    async (
      { model, engine, ...scope }: Scope & { model: string; engine: EngineChoice },
      control,
    ): Promise<{ model: string }> => {
      const project = await freshProjectOf(scope);
      const models = new ModelStore(project.path('models'));
      if (!(await models.hasCheckpoint(model))) {
        if ((await models.unfinished()).includes(model)) await models.remove(model);
        throw new LacssError('cancelled', 'Stopped before the first step.');
      }
      return finishTraining(project, { model, engine }, control);
    },
  ),

  segment: inTurn(
    async (
      { params, ...scope }: Scope & { params: Omit<SegmentParams, 'onImage'> },
      control,
    ): Promise<SegmentResult> =>
      segmentProject(await freshProjectOf(scope), { ...params, onImage: control.report }, control),
  ),

  segmentFolder: inTurn(
    (params: Omit<SegmentFolderParams, 'onImage' | 'onFound'>, control): Promise<SegmentResult> => {
      const report: (news: SegmentReport) => void = control.report;
      const onFound = (images: string[]): void => report({ status: 'found', images });
      return segmentFolder({ ...params, onImage: report, onFound }, control);
    },
  ),

  'models.try': inTurn(
    async (
      { image, model, engine, ...scope }: Scope & { image: string; model: string; engine: EngineChoice },
      control,
    ): Promise<SegmentationView> => tryModel(await freshProjectOf(scope), image, { model, engine }, control),
  ),

  'review.prompt': queued(
    async ({
      image,
      at,
      engine,
      ...scope
    }: Scope & { image: string; at: Position; engine: EngineChoice }): Promise<PromptAnswer> =>
      prompter.ask(await freshProjectOf(scope), image, at, engine),
  ),
};

/** Starts a training or a lesson, or continues either. */
function begin(
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

export type LearningJobs = typeof learningJobs;

/** Label images are large and the window draws contours. */
function previewOf(epoch: number, { image, contours, scores }: EpochPreview): TrainingPreview {
  return { epoch, image, contours, scores };
}
