import { z } from 'zod';
import { areCoordinates, coordinateSchema } from './numbers.ts';
import { editIdSchema } from './project-files.ts';

/** An open project: a hash of its folder. */
export type ProjectId = string;
/** An image of a project. Unique in the project; never changes. */
export type ImageId = string;
/** A model of a project: the name of its folder. */
export type ModelId = string;

export const projectId = z.string().regex(/^[a-z0-9]{1,64}$/);
export const imageId = z
  .string()
  .max(200)
  .regex(/^[^/\\\0]+$/)
  .refine((id) => id !== '.' && id !== '..');
export const modelId = imageId;

/** An absolute path that the host offered: from a dialog, a drop or a listing. The host refuses any other. */
export const grantedPath = z.string().min(1).max(4096);

/** A position in image pixels, centres at +0.5. */
export const position = z.strictObject({ y: coordinateSchema, x: coordinateSchema });
export type Position = z.infer<typeof position>;

/** Positions packed y0, x0, y1, x1 … in image pixels. */
export const positions = z
  .instanceof(Float32Array)
  .refine((packed) => packed.length % 2 === 0, 'must hold y, x pairs')
  .refine(areCoordinates, 'must hold numbers from -1e9 to 1e9');

/** The lasting name of a point of an image: its origin, and its number among the points of that origin. */
export const pointId = z
  .string()
  .max(32)
  .regex(/^[0-9a-f]{12}\.\d+$/);

export const ofProject = z.strictObject({ project: projectId });
export const ofImage = z.strictObject({ project: projectId, image: imageId });
/** An edit of one image's annotation. It is made once, however often the window sends it with the same id. */
export const ofEdit = z.strictObject({ ...ofImage.shape, edit: editIdSchema });
export const ofImages = z.strictObject({ project: projectId, images: z.array(imageId).max(100_000) });
