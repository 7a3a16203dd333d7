import { engineNames } from './choices.ts';
import type { MethodName } from './choices.ts';
import { z } from 'zod';

/**
 * How a model is used on an image. "Network px" are pixels of the image as the network sees it, rescaled so
 * that cells have the size the model was trained on.
 */
export const segmentSettingsSchema = z.strictObject({
  /**
   * Cells of a lower score are left out; it is the score that is shown, written and exported. Without it
   * every cell counts that is found among the proposals above `usualProposalScore`; below that, it decides
   * which proposals are looked at.
   */
  minScore: z.number().min(0).max(1).nullable().default(null),
  /** Of two proposals closer than this, in network px, only the surer one counts; a cell is about 32 wide. */
  nmsDistancePx: z.number().min(0).max(1000).default(8),
  /**
   * What a cell's score is, and which of two cells takes a pixel. `outline`: the proposal's score times how
   * clear the outline is; a pixel goes to the cell with the higher logit. `proposal`: the proposal's score;
   * a pixel goes to the cell with the higher score.
   */
  ranking: z.enum(['outline', 'proposal']).default('outline'),
  /** A pixel belongs to a cell above this probability. Lower it for models trained for a few minutes only. */
  maskThreshold: z.number().gt(0).lt(1).default(0.5),
  /**
   * A cell must keep this share of its pixels after surer cells have taken theirs: a repeated cell does not.
   */
  minVisible: z.number().min(0).max(1).default(0.5),
  /** Cells smaller than this share of a mean cell's area are dropped. */
  minAreaShare: z.number().min(0).max(100).default(0.03),
  /**
   * 4: the network looks at everything four times, as it is and mirrored, and the mean of what it sees counts
   * (test-time augmentation). Takes four times as long.
   */
  views: z.literal([1, 4]).default(1),
  /**
   * Largest height and width the network sees at once, in network px; larger images are cut into tiles that
   * overlap. The larger, the less of an image is computed twice, and the nearer are the norms of a tile to
   * those of the whole image.
   */
  tileSizePx: z.int().min(64).max(4096).default(1152),
  /**
   * How far a tile reaches beyond the part it is responsible for, in network px: half a patch, for less would
   * cut masks off.
   */
  tileMarginPx: z.int().min(0).max(1024).default(48),
});
export type SegmentSettings = z.infer<typeof segmentSettingsSchema>;

/**
 * Where the network sees a cell with a lower score than this, nothing is outlined, unless fainter cells are
 * asked for.
 */
export const usualProposalScore = 0.4;

/** The engine that found the cells of an image, and why the program chose it. */
export const computedBySchema = z.strictObject({
  engine: z.enum(engineNames),
  /** How many networks computed in parallel. */
  networks: z.union([z.literal(1), z.literal(2)]),
  /** Threads per network. */
  threads: z.int().positive().max(65_536),
  /** The reason for this choice, as one sentence for people. */
  reason: z.string(),
});
export type ComputedBy = z.infer<typeof computedBySchema>;

export const defaultSegmentSettings: SegmentSettings = segmentSettingsSchema.parse({});

/**
 * As published: cells rank by the proposal's score, from 0.25 on. A cell takes every pixel that no cell of a
 * higher score has. Cells of fewer than 15 px are dropped, at the paper preset's cell size (authors'
 * implementation of July 2022).
 */
const publishedSegmentSettings: SegmentSettings = {
  ...defaultSegmentSettings,
  ranking: 'proposal',
  minScore: 0.25,
  minVisible: 0,
  minAreaShare: 15 / ((Math.PI / 4) * 32 ** 2),
};

/** The settings with which models of a method segment, where nothing else is chosen. */
export function usualSegmentSettings(method: MethodName): SegmentSettings {
  return method === 'published' ? publishedSegmentSettings : defaultSegmentSettings;
}
