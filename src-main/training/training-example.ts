import type { FloatPlane, LabelImage, Locations, Mask } from '../contract/pixels.ts';

/** The annotation of an image's cells. */
export type Supervision =
  /** Locations and foreground: machine-generated annotation. */
  | { kind: 'weak'; foreground: Mask; locations: Locations }
  /** The outline of every cell. */
  | { kind: 'full'; labels: LabelImage };

/** An image for training or validation. */
export interface TrainingExample {
  name: string;
  /** One plane per channel of the model, in its order, all of the annotation's size. */
  planes: readonly FloatPlane[];
  supervision: Supervision;
  /** Width of a pixel; absent or `null` if unknown. */
  pixelSizeUm?: number | null;
}
