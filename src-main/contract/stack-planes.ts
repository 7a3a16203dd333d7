import { z } from 'zod';
import { countSchema } from './numbers.ts';

/**
 * How all focal planes of a stack become one plane. `maximum`: the largest value of each pixel. `best-focus`:
 * the value of the plane that is sharpest around the pixel.
 */
export const projectionSchema = z.enum(['maximum', 'best-focus']);
export type Projection = z.infer<typeof projectionSchema>;

/** Which focal plane of a stack an image shows, from 0; or one image per plane. */
export const focusChoiceSchema = z.union([countSchema, projectionSchema, z.literal('each')]);
export type FocusChoice = z.infer<typeof focusChoiceSchema>;

/** Which time point an image shows, from 0; or one image per time point. */
export const timeChoiceSchema = z.union([countSchema, z.literal('each')]);
export type TimeChoice = z.infer<typeof timeChoiceSchema>;
