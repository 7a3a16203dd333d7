import { exportFormatNames } from '../choices.ts';
import { z } from 'zod';
import type { Failure } from '../failure.ts';
import { grantedPath, imageId, modelId, ofImage, projectId } from '../fields.ts';
import type { ImageId, ModelId } from '../fields.ts';
import type { DifferenceKind, FieldReport, PrecisionReport } from '../metrics.ts';
import type { Box, ContourSet } from '../pixels.ts';
import { reviewSettingsSchema } from '../project-files.ts';
import { request } from '../request.ts';

/**
 * The figures of one image, or of all of them pooled: `precision` of all cells found, `field` of the cells
 * shown.
 */
export interface EvaluationFigures {
  precision: PrecisionReport;
  field: FieldReport;
}

/** Number of cells that Review does not show. */
export interface LeftOutCells {
  /** Rejected or deleted. */
  rejected: number;
  /** Unseen and below the minimum score. */
  belowScore: number;
}

export interface EvaluationView {
  /** The models evaluated: the given one, or the latest of each image. */
  models: ModelId[];
  pooled: EvaluationFigures;
  images: ({ image: ImageId; name: string; model: ModelId } & EvaluationFigures)[];
  /** Images without truth or prediction, each with the reason. */
  leftOut: { image: ImageId; reason: string }[];
  cellsLeftOut: LeftOutCells;
}

/** Measurements of the cells that Review shows, one column per measurement. */
export interface CellTable {
  image: ImageId;
  columns: {
    name: string;
    unit: string;
    values: Float64Array;
    /** Numbers without a fraction. */ whole: boolean;
  }[];
  leftOut: LeftOutCells;
}

/** The possible comparisons for the cells of an image. */
export interface ComparableCells {
  image: ImageId;
  /** Whether it has a label image. */
  hasTruth: boolean;
  /** The models that have segmented it. */
  models: ModelId[];
}

/** The cells of one side of a comparison. */
export interface ComparedCells {
  contours: ContourSet;
  /** One index of `differenceKinds` per label. */
  kinds: Uint8Array;
  count: number;
}

/** Cells that are not in both segmentations. */
export interface Difference {
  kind: Exclude<DifferenceKind, 'agreeing'>;
  /** Number of cells on each side. */
  found: number;
  truth: number;
  /** The box around them, image px. */
  box: Box;
}

/** Two segmentations of an image. Cells agree if their IoU is above 0.5. */
export interface ComparisonView {
  image: ImageId;
  found: ComparedCells;
  truth: ComparedCells;
  /** Merged, split, missed, extra; each in reading order. */
  differences: Difference[];
  /** Pairs of agreeing cells. */
  agreeing: number;
  /** 2 · agreeing / (found + true); NaN without cells. */
  f1: number;
  /** Of agreeing cells; NaN without them. */
  meanIou: number;
}

export interface ExportReport {
  folder: string;
  files: string[];
  /** Number of exported cells, each counted once. */
  cells: number;
  leftOut: LeftOutCells;
  failures: Failure[];
}

const { minScore } = reviewSettingsSchema.shape;

export const resultRequests = {
  'results.evaluate': request(
    z.strictObject({
      project: projectId,
      /**
       * The cells of this model, without regard to Review. Absent: the latest cells, without rejected ones.
       */
      model: modelId.optional(),
      minScore,
      images: z.array(imageId).optional(),
    }),
    { effect: 'import', process: 'imaging' },
  ).returns<EvaluationView>(),
  'results.cells': request(z.strictObject({ ...ofImage.shape, minScore }), {
    effect: 'import',
    process: 'imaging',
  }).returns<CellTable>(),
  'results.comparable': request(ofImage, { effect: 'import', process: 'imaging' }).returns<ComparableCells>(),
  /** Compares two segmentations of an image. */
  'results.compare': request(
    z.strictObject({
      ...ofImage.shape,
      /** The model whose cells are compared; null: those that Review shows. */
      found: modelId.nullable(),
      /** The model they are compared with; null: the label image. */
      truth: modelId.nullable(),
      minScore,
    }),
    { effect: 'import', process: 'imaging' },
  ).returns<ComparisonView>(),
  'export.run': request(
    z.strictObject({
      project: projectId,
      /** Absent: the latest prediction of each image, which Review shows. */
      model: modelId.optional(),
      images: z.array(imageId).min(1).max(100_000),
      formats: z.array(z.enum(exportFormatNames)).min(1),
      /** Absent: `exports/` in the project. */
      folder: grantedPath.optional(),
      /** All cells found, including cells that Review does not show. */
      everyCell: z.boolean(),
      minScore,
    }),
    { effect: 'change', process: 'imaging' },
  ).returns<ExportReport>(),
};
