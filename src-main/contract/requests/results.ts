import { z } from 'zod';
import type { Failure } from '../failure.ts';
import { grantedPath, imageId, modelId, ofImage, projectId } from '../fields.ts';
import type { ImageId, ModelId } from '../fields.ts';
import type { FieldReport, PrecisionReport } from '../metrics.ts';
import { request } from '../request.ts';

/** The figures of one image, or of all of them pooled. */
export interface EvaluationFigures {
  precision: PrecisionReport;
  field: FieldReport;
}

export interface EvaluationView {
  model: ModelId;
  pooled: EvaluationFigures;
  images: ({ image: ImageId; name: string } & EvaluationFigures)[];
  /** Images without truth or prediction, each with the reason. */
  leftOut: { image: ImageId; reason: string }[];
}

/** The measurements of an image's cells, a column each. */
export interface CellTable {
  image: ImageId;
  columns: { name: string; unit: string; values: Float64Array }[];
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
  failures: Failure[];
}

export const resultRequests = {
  'results.evaluate': request(
    z.strictObject({
      project: projectId,
      /** Absent = the model of the latest prediction. */
      model: modelId.optional(),
      images: z.array(imageId).optional(),
    }),
  ).returns<EvaluationView>(),
  'results.cells': request(ofImage).returns<CellTable>(),
  'export.formats': request(z.strictObject({})).returns<ExportFormat[]>(),
  'export.run': request(
    z.strictObject({
      project: projectId,
      /** Absent = the model of the latest prediction. */
      model: modelId.optional(),
      images: z.array(imageId).min(1).max(100_000),
      formats: z
        .array(
          z.enum(['label-tiff', 'imagej-rois', 'geojson', 'coco', 'csv', 'overlay-png', 'locations-csv']),
        )
        .min(1),
      /** Absent = `exports/` in the project. */
      folder: grantedPath.optional(),
      /** Leaves out what the review has rejected or deleted. */
      reviewedOnly: z.boolean(),
    }),
  ).returns<ExportReport>(),
};
