import { z } from 'zod';
import { realSchema } from '../numbers.ts';
import { imageId, ofEdit, ofImage, positions, projectId } from '../fields.ts';
import type { ImageId } from '../fields.ts';
import { mostPaintedPx2, paintedPx2 } from '../painted-area.ts';
import type { PackedMask } from '../packed-mask.ts';
import type { ContourSet } from '../pixels.ts';
import { editIdSchema, projectSettingsSchema, sha256Schema } from '../project-files.ts';
import { request } from '../request.ts';

/** How the five candidates are made: settings of the project. */
const candidateSettings = projectSettingsSchema.shape.foreground;
export type CandidateSettings = z.infer<typeof candidateSettings>;

/** One of the five candidates. */
export interface CandidateView {
  threshold: number;
  /** The threshold divided by the automatic threshold. */
  multiple: number;
  /** Foreground pixels / pixels, 0 … 1. */
  fraction: number;
  /** Locations inside and outside; null if the image has none. */
  pointsInside: number | null;
  pointsOutside: number | null;
  mask: PackedMask;
  /** The SHA-256 of the mask's bits. A pick names it, so that only a mask that was seen is saved. */
  maskSha256: string;
  /** Image pixels per side of a pixel of the mask: more than 1 for images of over 2²⁴ pixels. */
  blockPx: number;
  /** In image pixels. */
  contours: ContourSet;
}

export interface CandidatesView {
  image: ImageId;
  /** The settings used. */
  settings: CandidateSettings;
  /** Five, in the order of the presets: key 1 is the first. */
  candidates: CandidateView[];
  /** The suggestion: index of the best-ranked candidate, and its confidence, 0 … 1. */
  best: number;
  confidence: number;
  /** Why the suggestion is an empty foreground, in one sentence; absent if it is not empty. */
  note?: string;
  /** The multiples of the automatic threshold, used unless the settings have thresholds. */
  presets: number[];
  /** The quantity that is thresholded. */
  feature: 'intensity' | 'local-contrast';
  /**
   * The thresholds used: grey values of the image for intensity, values of the feature for local contrast.
   */
  thresholds: number[];
}

/** The person's decision, as it is saved. */
export const foregroundPick = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('candidate'), index: z.number().int().min(0).max(4) }),
  z.strictObject({ kind: z.literal('threshold'), threshold: realSchema }),
  z.strictObject({ kind: z.literal('none') }),
]);
export type ForegroundPick = z.infer<typeof foregroundPick>;

const [candidatePick, thresholdPick, nonePick] = foregroundPick.options;
const maskSha256 = sha256Schema;

/** The person's decision, with the mask that the window showed. */
const seenPick = z.discriminatedUnion('kind', [
  z.strictObject({ ...candidatePick.shape, maskSha256 }),
  z.strictObject({ ...thresholdPick.shape, maskSha256 }),
  nonePick,
]);
export type SeenPick = z.infer<typeof seenPick>;

/** The foreground of an image. */
export interface ForegroundView {
  image: ImageId;
  pick: ForegroundPick | { kind: 'imported' } | { kind: 'missing' };
  /** Whether it was edited with brush or eraser. */
  painted: boolean;
  fraction: number;
  mask: PackedMask | null;
  contours: ContourSet | null;
  /** The SHA-256 of the saved foreground; null if the image has none. Strokes name it. */
  sha256: string | null;
  /** The number of the image's last edit that is in this view. */
  revision: number;
}

/**
 * The foreground under a new stroke: the saved one, or the result of an unanswered edit of the same window.
 */
const seenForeground = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('saved'), sha256: sha256Schema.nullable() }),
  z.strictObject({ kind: z.literal('edit'), edit: editIdSchema }),
]);
export type SeenForeground = z.infer<typeof seenForeground>;

/** One stroke of brush or eraser: a disk of this radius drawn along the line. */
const stroke = z.strictObject({
  mode: z.enum(['add', 'erase']),
  radiusPx: z.number().min(0.5).max(500),
  path: positions.refine(({ length }) => length > 0, 'must hold a position'),
});
export type Stroke = z.infer<typeof stroke>;

const strokes = z
  .array(stroke)
  .min(1)
  .max(1000)
  .refine(
    (all) => all.reduce((sum, one) => sum + paintedPx2(one), 0) <= mostPaintedPx2,
    'paint too much at once',
  );

export const foregroundRequests = {
  /**
   * The five candidates, computed if needed. Cancel it when the user moves on. `coarse` candidates are a
   * first look at a large image. They cannot be picked.
   */
  'foreground.candidates': request(z.strictObject({ ...ofImage.shape, coarse: z.boolean().optional() }), {
    effect: 'import',
    process: 'imaging',
  }).returns<CandidatesView>(),
  /** Computes the candidates of these images in idle time, in this order. Replaces the previous list. */
  'foreground.prefetch': request(z.strictObject({ project: projectId, images: z.array(imageId).max(16) }), {
    effect: 'import',
    process: 'imaging',
  }).returns<null>(),
  'foreground.read': request(ofImage, { effect: 'import', process: 'imaging' }).returns<ForegroundView>(),
  /**
   * The person's choice. It is saved before the answer. Refused if it would give another mask than the one
   * seen.
   */
  'foreground.pick': request(z.strictObject({ ...ofEdit.shape, pick: seenPick }), {
    effect: 'change',
    process: 'imaging',
  }).returns<ForegroundView>(),
  /** The mask of a custom threshold, for the slider. Saves nothing. */
  'foreground.preview': request(z.strictObject({ ...ofImage.shape, threshold: realSchema }), {
    effect: 'import',
    process: 'imaging',
  }).returns<CandidateView>(),
  /** The range of useful thresholds, for the slider. */
  'foreground.range': request(ofImage, { effect: 'read', process: 'imaging' }).returns<{
    low: number;
    high: number;
    automatic: number;
  }>(),
  /** Refused if the image has another foreground than the one that the strokes were drawn on. */
  'foreground.paint': request(z.strictObject({ ...ofEdit.shape, on: seenForeground, strokes }), {
    effect: 'change',
    process: 'imaging',
  }).returns<ForegroundView>(),
  /** Accepts the suggestion in images without a pick, at or above this confidence. */
  'foreground.acceptSuggestions': request(
    z.strictObject({ project: projectId, edit: editIdSchema, minConfidence: z.number().min(0).max(1) }),
    { effect: 'change', process: 'imaging' },
  ).returns<{ accepted: ImageId[]; left: ImageId[] }>(),
  'foreground.saveSettings': request(z.strictObject({ project: projectId, settings: candidateSettings }), {
    effect: 'change',
    process: 'imaging',
  }).returns<null>(),
};
