import { presetNames, engineChoices, methodNames } from '../choices.ts';
import { z } from 'zod';
import { countSchema } from '../numbers.ts';
import type { Failure } from '../failure.ts';
import { imageId, modelId, ofProject, projectId } from '../fields.ts';
import type { ImageId, ModelId, ProjectId } from '../fields.ts';
import type { ContourSet } from '../pixels.ts';
import { trainingChoicesSchema } from '../project-files.ts';
import { request } from '../request.ts';
import type { TeachingRecord } from '../teaching.ts';

const trainingRequest = z.strictObject({
  project: projectId,
  /** Name of the new model. Absent: automatic. */
  name: z.string().min(1).max(120).optional(),
  /** Absent: every annotated image that is neither excluded nor a validation image. */
  images: z.array(imageId).optional(),
  preset: z.enum(presetNames),
  /** Absent: that of the model it starts from, otherwise `improved`. */
  method: z.enum(methodNames).optional(),
  /** null: from scratch. */
  startFrom: modelId.nullable(),
  until: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('epochs'), epochs: z.number().int().min(1).max(10_000) }),
    z.strictObject({ kind: z.literal('minutes'), minutes: z.number().min(0.1).max(100_000) }),
  ]),
  seed: z.number().int().min(0).max(0xffffffff),
  engine: z.enum(engineChoices),
  /** Mean diameter of a cell in px. Absent: measured in the annotations. */
  cellDiameterPx: z.number().min(1).max(10_000).optional(),
  /**
   * Image to segment after every epoch. Absent: the first validation image, otherwise the first training
   * image.
   */
  preview: imageId.optional(),
  /** A lesson: `startFrom` is the taught model, null for the one whose cells were corrected last. */
  teaching: z.strictObject({ rehearsalShare: z.number().min(0).max(0.95).optional() }).optional(),
});
export type TrainingRequest = z.infer<typeof trainingRequest>;

/** The images a training would use. */
export interface TrainingPlan {
  training: ImageId[];
  validation: ImageId[];
  /** Annotated images left out, each with the reason. */
  leftOut: { image: ImageId; reason: string }[];
  locations: number;
  /** Accepted, edited and added cells of Review, whose outlines are learnt. */
  reviewed: number;
  /** Rejected cells of Review: places without a cell. */
  rejected: number;
  /** Mean cell diameter from foreground area and locations, px; null when there are no annotations. */
  cellDiameterPx: number | null;
  /** Why training cannot start yet, and what to do; null if it can. */
  obstacle: Failure | null;
}

/** A warning about training data of an image that are probably wrong. */
export interface TrainingWarning {
  image: ImageId;
  name: string;
  message: string;
}

/**
 * One report of the training loop. Terms by name: `detection`, `location`, `instance`, `edge`, `size`,
 * `total`.
 */
export interface TrainingStep {
  step: number;
  epoch: number;
  terms: Record<string, number>;
  /** Time trained up to this step, without pauses. */
  elapsedMs: number;
}

export interface TrainingEpoch {
  epoch: number;
  /** Last step of the epoch. */
  step: number;
  /** `AP50` with label images, otherwise a loss; null without validation images. */
  validation: { measure: 'AP50' | 'loss' | 'weak loss'; value: number } | null;
  best: boolean;
}

/** The cells that the model of an epoch finds in the preview image. */
export interface TrainingPreview {
  epoch: number;
  image: ImageId;
  contours: ContourSet;
  scores: Float32Array;
}

export type TrainingPhase =
  'idle' | 'preparing' | 'running' | 'pausing' | 'paused' | 'stopping' | 'finished' | 'stopped' | 'failed';

/** The state of the project's training, without its curves. */
export interface TrainingStatus {
  project: ProjectId;
  phase: TrainingPhase;
  /** The request of the run; null before the first training. */
  request: TrainingRequest | null;
  /** The model in training, once it has a checkpoint. */
  model: ModelId | null;
  /** A sentence for people: the current work, or how it ended. */
  message: string;
  /** Other work that the steps wait for; null while steps run. */
  aside: string | null;
  step: number;
  totalSteps: number;
  epoch: number;
  totalEpochs: number;
  secondsLeft: number | null;
  elapsedSeconds: number;
  best: { epoch: number; measure: string; value: number } | null;
  /** Survived crashes, each as a sentence with its consequence. */
  incidents: string[];
  failure: Failure | null;
}

/** The curves so far, one entry per report. */
export interface TrainingCurves {
  steps: Uint32Array;
  /** Time trained up to each step, without pauses. */
  elapsedMs: Float64Array;
  terms: Record<string, Float32Array>;
  epochs: TrainingEpoch[];
  /** Epochs that have a preview. */
  previews: number[];
}

export const trainingRequests = {
  'training.plan': request(z.strictObject({ project: projectId, images: z.array(imageId).optional() }), {
    effect: 'import',
    process: 'imaging',
  }).returns<TrainingPlan>(),
  /** The doubtful annotations that a training would learn from, as `lacss train` prints them. */
  'training.warnings': request(z.strictObject({ project: projectId, images: z.array(imageId).optional() }), {
    effect: 'import',
    process: 'imaging',
  }).returns<TrainingWarning[]>(),
  /** What trainings learn from: settings of the project. */
  'training.saveSettings': request(z.strictObject({ project: projectId, settings: trainingChoicesSchema }), {
    effect: 'change',
    process: 'imaging',
  }).returns<null>(),
  /** Answers as soon as the run is queued. Events follow. */
  'training.start': request(trainingRequest, {
    effect: 'change',
    process: 'learning',
  }).returns<TrainingStatus>(),
  /** Teaches a model the corrections of Review. A lesson is a training: all other requests serve it too. */
  'training.teach': request(
    z.strictObject({
      project: projectId,
      /** Absent: the model whose cells were corrected last. */
      model: modelId.optional(),
      /** Absent: all images with corrections. */
      images: z.array(imageId).optional(),
      minutes: z.number().min(0.1).max(100_000),
      seed: z.number().int().min(0).max(0xffffffff),
      engine: z.enum(engineChoices),
    }),
    { effect: 'change', process: 'learning' },
  ).returns<TrainingStatus>(),
  /** The lineage and figures of a taught model; null for any other. */
  'training.lesson': request(z.strictObject({ project: projectId, model: modelId }), {
    effect: 'read',
    process: 'imaging',
  }).returns<TeachingRecord | null>(),
  /** Removes a taught model and its predictions. Reviews and their undo stay. */
  'training.discardLesson': request(z.strictObject({ project: projectId, model: modelId }), {
    effect: 'change',
    process: 'imaging',
  }).returns<null>(),
  /** Saves a checkpoint and stops computing. `training.resume` continues, also after a restart. */
  'training.pause': request(ofProject, { effect: 'change', process: 'learning' }).returns<TrainingStatus>(),
  'training.resume': request(ofProject, { effect: 'change', process: 'learning' }).returns<TrainingStatus>(),
  /** Ends it and keeps the model so far. */
  'training.stop': request(ofProject, { effect: 'change', process: 'learning' }).returns<TrainingStatus>(),
  'training.state': request(ofProject, { effect: 'read', process: 'learning' }).returns<TrainingStatus>(),
  'training.curves': request(ofProject, { effect: 'read', process: 'learning' }).returns<TrainingCurves>(),
  'training.preview': request(z.strictObject({ project: projectId, epoch: countSchema }), {
    effect: 'read',
    process: 'learning',
  }).returns<TrainingPreview>(),
};
