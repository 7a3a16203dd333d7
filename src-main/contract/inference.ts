import { engineNames } from './choices.ts';
import type { MethodName } from './choices.ts';
import { z } from 'zod';

/**
 * How a model is used on an image. "Network px" are pixels of the rescaled image, in which cells have the
 * size of the training cells.
 */
export const segmentSettingsSchema = z.strictObject({
  /**
   * Cells with lower scores are left out. The score is the one that is shown, written and exported. `null`:
   * every cell counts that comes from a proposal above `usualProposalScore`. A value below that also lets in
   * proposals with lower scores.
   */
  minScore: z.number().min(0).max(1).nullable().default(null),
  /**
   * Of two proposals closer than this, in network px, only the one with the higher score counts. A cell is
   * about 32 wide.
   */
  nmsDistancePx: z.number().min(0).max(1000).default(8),
  /**
   * The definition of a cell's score, and which of two cells gets a pixel. `outline`: the score is the
   * proposal's score times the clarity of the outline; the cell with the higher logit gets the pixel.
   * `proposal`: the score is the proposal's; the cell with the higher score gets the pixel.
   */
  ranking: z.enum(['outline', 'proposal']).default('outline'),
  /** A pixel belongs to a cell above this probability. Lower it for models trained for a few minutes only. */
  maskThreshold: z.number().gt(0).lt(1).default(0.5),
  /**
   * A cell must keep this share of its pixels after cells with higher scores have taken theirs. This removes
   * repeated cells.
   */
  minVisible: z.number().min(0).max(1).default(0.5),
  /** Cells smaller than this share of a mean cell's area are dropped. */
  minAreaShare: z.number().min(0).max(100).default(0.03),
  /**
   * 4: the result is the mean of four views, the image and three mirrored ones (test-time augmentation). It
   * takes four times as long.
   */
  views: z.literal([1, 4]).default(1),
  /**
   * Largest height and width the network sees at once, in network px. Larger images are cut into overlapping
   * tiles. With larger tiles, less of an image is computed twice, and a tile's norms are nearer to those of
   * the whole image.
   */
  tileSizePx: z.int().min(64).max(4096).default(1152),
  /** How far a tile reaches beyond its core, in network px. Less than half a patch would cut off masks. */
  tileMarginPx: z.int().min(0).max(1024).default(48),
});
export type SegmentSettings = z.infer<typeof segmentSettingsSchema>;

/** Proposals with lower scores are not outlined, unless `minScore` is lower. */
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

/** The default settings for models of a method. */
export function usualSegmentSettings(method: MethodName): SegmentSettings {
  return method === 'published' ? publishedSegmentSettings : defaultSegmentSettings;
}
