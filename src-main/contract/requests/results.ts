import { z } from 'zod';
import type { Failure } from '../failure.ts';
import { grantedPath, imageId, modelId, ofImage, projectId } from '../fields.ts';
import type { ImageId, ModelId } from '../fields.ts';
import type { FieldReport, PrecisionReport } from '../metrics.ts';
import { reviewSettingsSchema } from '../project.ts';
import { request } from '../request.ts';

/** The figures of one image, or of all of them pooled. */
export interface EvaluationFigures {
  precision: PrecisionReport;
  field: FieldReport;
}

/** How many of the cells that were found Review does not show. */
export interface LeftOutCells {
  /** Rejected or deleted. */
  rejected: number;
  /** Judged by nobody, and of a score below the one that is asked for. */
  belowScore: number;
}

export interface EvaluationView {
  /** Whose cells were judged: one, or of each image the one that was used last. */
  models: ModelId[];
  pooled: EvaluationFigures;
  images: ({ image: ImageId; name: string; model: ModelId } & EvaluationFigures)[];
  /** Images without truth or prediction, each with the reason. */
  leftOut: { image: ImageId; reason: string }[];
  cellsLeftOut: LeftOutCells;
}

/** The measurements of the cells of an image that Review shows, a column each. */
export interface CellTable {
  image: ImageId;
  columns: { name: string; unit: string; values: Float64Array }[];
  leftOut: LeftOutCells;
}

export interface ExportFormat {
  id: 'label-tiff' | 'imagej-rois' | 'geojson' | 'coco' | 'csv' | 'overlay-png' | 'locations-csv';
  name: string;
  extension: string;
  hint: string;
}

export interface ExportReport {
  folder: string;
  files: string[];
  /** How many cells are in them, each counted once. */
  cells: number;
  leftOut: LeftOutCells;
  failures: Failure[];
}

const { minScore } = reviewSettingsSchema.shape;

export const resultRequests = {
  'results.evaluate': request(
    z.strictObject({
      project: projectId,
      /** All that this model has found; absent = of each image the cells that Review shows. */
      model: modelId.optional(),
      minScore,
      images: z.array(imageId).optional(),
    }),
    { effect: 'read', process: 'imaging' },
  ).returns<EvaluationView>(),
  'results.cells': request(z.strictObject({ ...ofImage.shape, minScore }), {
    effect: 'read',
    process: 'imaging',
  }).returns<CellTable>(),
  'export.formats': request(z.strictObject({}), { effect: 'read', process: 'host' }).returns<
    ExportFormat[]
  >(),
  'export.run': request(
    z.strictObject({
      project: projectId,
      /** Absent = of each image the latest prediction, which Review shows. */
      model: modelId.optional(),
      images: z.array(imageId).min(1).max(100_000),
      formats: z
        .array(
          z.enum(['label-tiff', 'imagej-rois', 'geojson', 'coco', 'csv', 'overlay-png', 'locations-csv']),
        )
        .min(1),
      /** Absent = `exports/` in the project. */
      folder: grantedPath.optional(),
      /** All that were found, also those that Review does not show. */
      everyCell: z.boolean(),
      minScore,
    }),
    { effect: 'change', process: 'imaging' },
  ).returns<ExportReport>(),
};
