import { z } from 'zod';
import { foregroundUses, methodNames } from './choices.ts';

/** Choices about a network that differ from its preset. Absent: as in the preset. */
export const networkVariantSchema = z.strictObject({
  /** How it is trained and used. @default improved */
  method: z.enum(methodNames).optional(),
  /** Width of the patch around a location, P in the paper, in px of the rescaled image. */
  patchPx: z.union([z.literal(96), z.literal(128)]).optional(),
  /** Stride of the score map: 4 is level 2 of the paper's pyramid, 8 is level 3. */
  locationStride: z.union([z.literal(4), z.literal(8)]).optional(),
  /** With `none` the network has a part that predicts the foreground in training. @default picked */
  foreground: z.enum(foregroundUses).optional(),
});
export type NetworkVariant = z.infer<typeof networkVariantSchema>;
