import { z } from 'zod';
import type { Failure } from '../failure.ts';
import { grantedPath, imageId, modelId, ofProject, projectId } from '../fields.ts';
import type { ImageId, ModelId, ProjectId } from '../fields.ts';
import type { ContourSet, Locations } from '../pixels.ts';
import { request } from '../request.ts';

/** The cells a model found in an image. Instance i has label i + 1. */
export interface SegmentationView {
  image: ImageId;
  model: ModelId;
  contours: ContourSet;
  scores: Float32Array;
  locations: Locations;
  areasPx: Float32Array;
}

/** Name of the result folder inside a segmented folder. */
export const folderOutputName = 'lacss';

const segmentRequest = z.strictObject({
  project: projectId,
  model: modelId,
  /**
   * Images of the project, or a folder outside it. The results of a folder go beside the images, as label
   * TIFFs.
   */
  what: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('images'), images: z.array(imageId).min(1).max(100_000) }),
    z.strictObject({ kind: z.literal('folder'), folder: grantedPath }),
  ]),
  /** Skips images that this model has already segmented. */
  skipDone: z.boolean(),
  minScore: z.number().min(0).max(1).optional(),
  /** 4: mirror averaging, four times slower. */
  views: z.literal(4).optional(),
  /** Mean cell diameter in px, if set. Otherwise that of the training, corrected per image. */
  diameterPx: z.number().min(1).max(10_000).optional(),
});
export type SegmentRequest = z.infer<typeof segmentRequest>;

export interface SegmentItem {
  /** The image id, or the file name in a folder. */
  name: string;
  image: ImageId | null;
  status: 'waiting' | 'running' | 'done' | 'skipped' | 'failed';
  cells: number;
  seconds: number;
  failure: Failure | null;
}

/** The segmentation queue of a project. */
export interface SegmentQueue {
  project: ProjectId;
  phase: 'idle' | 'running' | 'paused' | 'stopping' | 'finished' | 'stopped' | 'failed';
  request: SegmentRequest | null;
  items: SegmentItem[];
  done: number;
  failed: number;
  secondsLeft: number | null;
  failure: Failure | null;
  /** Whether one network or two was faster, if measured: one sentence. */
  measured: string | null;
}

export const segmentRequests = {
  /** Answers as soon as the queue is filled. Events follow. */
  'segment.start': request(segmentRequest, { effect: 'change', process: 'learning' }).returns<SegmentQueue>(),
  /** Finishes the current image, then waits. */
  'segment.pause': request(ofProject, { effect: 'change', process: 'learning' }).returns<SegmentQueue>(),
  'segment.resume': request(ofProject, { effect: 'change', process: 'learning' }).returns<SegmentQueue>(),
  'segment.stop': request(ofProject, { effect: 'change', process: 'learning' }).returns<SegmentQueue>(),
  'segment.state': request(ofProject, { effect: 'read', process: 'learning' }).returns<SegmentQueue>(),
};
