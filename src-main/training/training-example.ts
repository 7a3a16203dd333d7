import type { FloatPlane, LabelImage, Locations, Mask } from '../contract/pixels.ts';

/** What is known about an image's cells. */
export type Supervision =
  /** Where cells are and which pixels belong to any: machine-made annotation. */
  | { kind: 'weak'; foreground: Mask; locations: Locations }
  /** The outline of every cell. */
  | { kind: 'full'; labels: LabelImage };

/** An image to learn from, or to validate on. */
export interface TrainingExample {
  name: string;
  /** One plane a channel of the model, in its order, all of the size of the annotation. */
  planes: readonly FloatPlane[];
  supervision: Supervision;
  /** Width of a pixel; absent or `null` where it is not known. */
  pixelSizeUm?: number | null;
}
