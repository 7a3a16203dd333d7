import type { FloatPlane, LabelImage, Locations, Mask } from '../contract/pixels.ts';
import type { ClippedStatistics } from '../imaging/intensity/clipped-statistics.ts';

/** The annotation of an image's cells. */
export type Supervision =
  /** Locations and foreground: machine-generated annotation. */
  | { kind: 'weak'; foreground: Mask; locations: Locations }
  /** Locations alone, in an image of this size. */
  | { kind: 'points'; height: number; width: number; locations: Locations }
  /** The outline of every cell. */
  | { kind: 'full'; labels: LabelImage }
  /** The outlines of some cells, and places without a cell. */
  | ReviewedSupervision;

/** Size of an annotation in px, which is that of its image. */
export function annotationSize(supervision: Supervision): { height: number; width: number } {
  switch (supervision.kind) {
    case 'weak':
      return supervision.foreground;
    case 'points':
      return supervision;
    case 'full':
    case 'reviewed':
      return supervision.labels;
  }
}

/** Number of cell pixels and number of cells. */
export interface CellCount {
  pixels: number;
  count: number;
}

/** An image with known and unknown cells. */
export interface ReviewedSupervision {
  kind: 'reviewed';
  /** Known outlines, 0 elsewhere. [H, W] */
  labels: LabelImage;
  /** One of `places` (reviewed-cells.ts) per pixel. [H, W] */
  places: Mask;
  /** Points of cells without an outline. */
  locations: Locations;
  /** Whether no other cells exist. Then every pixel counts for detection. */
  complete: boolean;
  /** Centres of accepted, edited and added cells. Crops are placed so that they show a corrected cell. */
  outlinedAt: Locations;
  /** Centres of rejected cells. */
  rejectedAt: Locations;
  /** For the image's cell size. */
  found: CellCount;
}

/** An image for training or validation. */
export interface TrainingExample {
  name: string;
  /** One plane per channel of the model, in its order, all of the annotation's size. */
  planes: readonly FloatPlane[];
  supervision: Supervision;
  /** Of a part of an image: how the whole is standardised, per plane. @default like the planes themselves */
  statistics?: readonly ClippedStatistics[];
  /** Width of a pixel; absent or `null` if unknown. */
  pixelSizeUm?: number | null;
}
