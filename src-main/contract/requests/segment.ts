import { z } from 'zod';
import type { Failure } from '../failure.ts';
import { grantedPath, imageId, modelId, ofProject, projectId } from '../fields.ts';
import type { ImageId, ModelId, ProjectId } from '../fields.ts';
import type { ContourSet, Locations } from '../pixels.ts';
import { request } from '../request.ts';

/** What a model found in an image. Instance i has label i + 1. */
export interface SegmentationView {
  image: ImageId;
  model: ModelId;
  contours: ContourSet;
  scores: Float32Array;
  locations: Locations;
  areasPx: Float32Array;
}

/** The folder beside the images of a segmented folder that takes the results. */
export const folderOutputName = 'lacss';

export const segmentRequest = z.strictObject({
  project: projectId,
  model: modelId,
  /** Images of the project, or a folder outside it (its results are written beside the images, as label TIFFs). */
  what: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('images'), images: z.array(imageId).min(1).max(100_000) }),
    z.strictObject({ kind: z.literal('folder'), folder: grantedPath }),
  ]),
  /** Leaves out what this model has segmented already. */
  skipDone: z.boolean(),
  minScore: z.number().min(0).max(1).optional(),
  /** 4: every image is looked at mirrored too, which takes four times as long. */
  views: z.literal(4).optional(),
  /** Mean diameter of a cell in px, where a person says so; else the training's, or what each image shows. */
  diameterPx: z.number().min(1).max(10_000).optional(),
});
export type SegmentRequest = z.infer<typeof segmentRequest>;

export interface SegmentItem {
  /** The image's id, or the file's name in a folder. */
  name: string;
  image: ImageId | null;
  status: 'waiting' | 'running' | 'done' | 'skipped' | 'failed';
  cells: number;
  seconds: number;
  failure: Failure | null;
}

/** The queue of a project: what `segment.state` answers and every change tells. */
export interface SegmentQueue {
  project: ProjectId;
  phase: 'idle' | 'running' | 'paused' | 'stopping' | 'finished' | 'stopped' | 'failed';
  request: SegmentRequest | null;
  items: SegmentItem[];
  done: number;
  failed: number;
  secondsLeft: number | null;
  failure: Failure | null;
  /** Which of one network and two was faster, where that was measured: one sentence. */
  measured: string | null;
}

export const segmentRequests = {
  /** Answers as soon as the queue is filled; the rest comes as events. */
  'segment.start': request(segmentRequest, { effect: 'change', process: 'learning' }).returns<SegmentQueue>(),
  /** Finishes the image at hand, then waits. */
  'segment.pause': request(ofProject, { effect: 'change', process: 'learning' }).returns<SegmentQueue>(),
  'segment.resume': request(ofProject, { effect: 'change', process: 'learning' }).returns<SegmentQueue>(),
  'segment.stop': request(ofProject, { effect: 'change', process: 'learning' }).returns<SegmentQueue>(),
  'segment.state': request(ofProject, { effect: 'read', process: 'learning' }).returns<SegmentQueue>(),
};
