import type { EngineChoice } from '../../contract/choices.ts';
import { LacssError } from '../../contract/errors.ts';
import type { Position } from '../../contract/fields.ts';
import type { DoctorFact, EngineStatus } from '../../contract/requests/host-requests.ts';
import type { PromptAnswer } from '../../contract/requests/review-requests.ts';
import type { SegmentationView } from '../../contract/requests/segment-requests.ts';
import { freshProjectOf } from '../../project/scope.ts';
import type { Scope } from '../../project/scope.ts';
import { SerialQueue } from '../../project/serial-queue.ts';
import { openEngineFacts } from '../../tasks/doctor/open-engine-facts.ts';
import { Prompter } from '../../tasks/segmenting/prompter.ts';
import type { SegmentResult } from '../../tasks/segmenting/segment-each.ts';
import { reportFolder, segmentFolder } from '../../tasks/segmenting/segment-folder.ts';
import type { SegmentFolderParams } from '../../tasks/segmenting/segment-folder.ts';
import { segmentProject } from '../../tasks/segmenting/segment-project.ts';
import type { SegmentParams } from '../../tasks/segmenting/segment-project.ts';
import { tryModel } from '../../tasks/segmenting/try-model.ts';
import { settleTraining } from '../../tasks/training/finish-training.ts';
import { reportTraining } from '../../tasks/training/report-training.ts';
import { trainOrTeach } from '../../tasks/training/train-or-teach.ts';
import type { TrainingJob } from '../../tasks/training/train-or-teach.ts';
import type { TrainResult } from '../../tasks/training/train-on-project.ts';
import type { WorkerJobControl } from '../job-messages.ts';

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
    ({ choice }: { choice: EngineChoice }, control): Promise<{ status: EngineStatus; facts: DoctorFact[] }> =>
      openEngineFacts(choice, control),
  ),

  train: inTurn(
    async ({ params, ...scope }: Scope & { params: TrainingJob }, control): Promise<TrainResult> =>
      trainOrTeach(await freshProjectOf(scope), params, control, reportTraining(params, control.report)),
  ),

  settle: inTurn(
    async (
      { model, engine, ...scope }: Scope & { model: string; engine: EngineChoice },
      control,
    ): Promise<{ model: string }> => settleTraining(await freshProjectOf(scope), { model, engine }, control),
  ),

  segment: inTurn(
    async (
      { params, ...scope }: Scope & { params: Omit<SegmentParams, 'onImage'> },
      control,
    ): Promise<SegmentResult> =>
      segmentProject(await freshProjectOf(scope), { ...params, onImage: control.report }, control),
  ),

  segmentFolder: inTurn(
    (params: Omit<SegmentFolderParams, 'onImage' | 'onFound'>, control): Promise<SegmentResult> =>
      segmentFolder({ ...params, ...reportFolder(control.report) }, control),
  ),

  'models.try': inTurn(
    async (
      { image, model, engine, ...scope }: Scope & { image: string; model: string; engine: EngineChoice },
      control,
    ): Promise<SegmentationView> => tryModel(await freshProjectOf(scope), image, { model, engine }, control),
  ),

  'review.prompt': queued(
    async (
      { image, at, engine, ...scope }: Scope & { image: string; at: Position; engine: EngineChoice },
      { signal },
    ): Promise<PromptAnswer> => prompter.ask(await freshProjectOf(scope), { image, at, engine }, signal),
  ),
};

export type LearningJobs = typeof learningJobs;
