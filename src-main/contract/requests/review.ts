import { z } from 'zod';
import { modelId, ofEdit, ofImage, ofProject, projectId } from '../fields.ts';
import type { ImageId } from '../fields.ts';
import type { ComputedBy } from '../inference.ts';
import { reviewSettingsSchema } from '../project.ts';
import { request } from '../request.ts';
import type { SegmentationView } from './segment.ts';

/** The review mark of a cell, stored as its index in this list. */
export const reviewMarks = ['unseen', 'accepted', 'rejected', 'deleted'] as const;
export type ReviewMark = (typeof reviewMarks)[number];

/** How a prediction was made; null where the record lacks it. */
export interface PredictionOrigin {
  at: string;
  elapsedMs: number;
  views: 1 | 4;
  /** The mean cell diameter used, in px. */
  diameterPx: number | null;
  computedBy: ComputedBy | null;
}

/** The prediction of an image under review. Cell i has label i + 1 in the contours. */
export interface ReviewView extends SegmentationView {
  madeBy: PredictionOrigin;
  /** The minimum score where the project sets none: the model's, or the usual one. */
  modelMinScore: number;
  /** One {@link reviewMarks} index per cell. */
  marks: Uint8Array;
  /** Cell indices, worst first: low scores and unusual sizes. */
  order: Uint32Array;
  /** The number of the image's last edit that is in this view. */
  revision: number;
  /** The median cell of the image, which the others are held against. */
  usual: { score: number; areaPx: number };
}

export interface ReviewCounts {
  image: ImageId;
  cells: number;
  unseen: number;
  accepted: number;
  rejected: number;
  deleted: number;
}

/** Names one prediction of an image. */
export const predictionId = z.strictObject({
  model: modelId,
  /** When it was made; see {@link PredictionOrigin}. */
  madeAt: z.string().max(64),
});
export type PredictionId = z.infer<typeof predictionId>;

/** The marks of a prediction's cells after an edit. */
export interface MarkedCells {
  image: ImageId;
  prediction: PredictionId;
  marks: Uint8Array;
  /** The number of the image's last edit that is in these marks. */
  revision: number;
}

export const reviewRequests = {
  /** null while the image has no prediction. */
  'review.read': request(ofImage, { effect: 'import', process: 'imaging' }).returns<ReviewView | null>(),
  /**
   * Marks cells of one prediction by index; one step of undo. Refused when the image was segmented again
   * meanwhile.
   */
  'review.mark': request(
    z.strictObject({
      ...ofEdit.shape,
      prediction: predictionId,
      cells: z.array(z.number().int().min(0)).min(1).max(1_000_000),
      mark: z.enum(reviewMarks),
    }),
    { effect: 'change', process: 'imaging' },
  ).returns<MarkedCells>(),
  'review.counts': request(ofProject, { effect: 'import', process: 'imaging' }).returns<ReviewCounts[]>(),
  'review.saveSettings': request(z.strictObject({ project: projectId, settings: reviewSettingsSchema }), {
    effect: 'change',
    process: 'imaging',
  }).returns<null>(),
};
