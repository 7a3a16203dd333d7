import { z } from 'zod';
import { countSchema, realSchema, shareSchema } from './numbers.ts';
import { shownName } from './visible-text.ts';

/** Figures of a segmentation, over some regions of images. */
const regionFiguresSchema = z.strictObject({
  AP50: shareSchema,
  AP75: shareSchema,
  FNR50: shareSchema,
});
export type RegionFigures = z.infer<typeof regionFiguresSchema>;

const interval = z.tuple([realSchema, realSchema]);

/** Figures before and after teaching. */
const changedFiguresSchema = z.strictObject({
  /** Number of true cells. */
  cells: countSchema,
  /** Number of squares that they are in. */
  regions: countSchema,
  before: regionFiguresSchema,
  after: regionFiguresSchema,
  /** 95 % interval of each change; `null` with too few regions. */
  change: z.strictObject({ AP50: interval, AP75: interval, FNR50: interval }).nullable(),
});
export type ChangedFigures = z.infer<typeof changedFiguresSchema>;

/** Numbers of corrected cells. */
const correctionCountsSchema = z.strictObject({
  accepted: countSchema,
  edited: countSchema,
  added: countSchema,
  rejected: countSchema,
});
export type CorrectionCounts = z.infer<typeof correctionCountsSchema>;

/**
 * `training.json` of a teaching run: the corrections, and the examples that are repeated so that the model
 * does not forget them.
 */
export const teachingRunSchema = z.strictObject({
  /** The taught model. */
  parent: z.strictObject({ id: z.string(), name: shownName, weightsSha256: z.string() }),
  /** Whether the taught model finds cells of any size: so does the new one. @default false */
  anySize: z.boolean().exactOptional(),
  /** Name prefixes of weights that keep the values of the parent. @default none */
  fixed: z.array(z.string()).exactOptional(),
  rehearsal: z.strictObject({
    /** Ids of images that the parent learnt from. */
    images: z.array(z.string()),
    /** Number of generated images. */
    generated: countSchema,
    /** Whether cells that the parent is sure of are repeated. */
    agreement: z.boolean(),
    /** Share of the steps that repeat something. */
    share: z.number().min(0).max(0.95),
  }),
});
export type TeachingRun = z.infer<typeof teachingRunSchema>;

/** Lineage of a taught model on its model card. */
export const teachingRecordSchema = z.strictObject({
  parent: teachingRunSchema.shape.parent,
  fixed: teachingRunSchema.shape.fixed,
  rehearsal: z.strictObject({
    images: countSchema,
    generated: countSchema,
    agreement: z.boolean(),
    share: shareSchema,
  }),
  corrected: z.array(
    correctionCountsSchema.extend({
      name: shownName,
      sha256: z.string(),
      /** Corrected cells that were not learnt, but measure the result. */
      keptApart: countSchema,
    }),
  ),
  /** On validation images; `null` without any that have outlines. */
  validation: changedFiguresSchema.nullable(),
  /** On the corrected cells kept apart; `null` without any. */
  keptApart: changedFiguresSchema.nullable(),
});
export type TeachingRecord = z.infer<typeof teachingRecordSchema>;
