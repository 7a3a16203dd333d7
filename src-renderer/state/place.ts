import { z } from 'zod';
import { coordinateSchema, countSchema, magnitudeSchema } from '../../src-main/contract/numbers.ts';
import { imageId, projectId } from '../../src-main/contract/fields.ts';
import type { ImageId, ProjectId } from '../../src-main/contract/fields.ts';
import { stages } from './stage.ts';
import type { Stage } from './stage.ts';

/** The place of a window. It has only ids, because an address stays in histories and bookmarks. */
export interface Place {
  project: ProjectId;
  stage: Stage;
  image: ImageId | null;
}

const seenSchema = z.strictObject({
  /** null: the whole image is in view. */
  camera: z
    .strictObject({
      y: coordinateSchema,
      x: coordinateSchema,
      scale: magnitudeSchema,
      height: coordinateSchema,
      width: coordinateSchema,
    })
    .nullable(),
  /** The selected cells. */
  cells: z.array(countSchema),
  /** The selected points. */
  points: z.array(z.string()),
});

/** The view and the selection at a place. The browser keeps it with the address. */
export type Seen = z.infer<typeof seenSchema>;

const placeSchema = z.strictObject({
  project: projectId,
  stage: z.enum(stages),
  image: imageId.nullable(),
});

/** The address of the start screen. An empty address is that of a window that has just started. */
export const startScreen = '#/';

/** The part of the page's address that names a place: `#/PROJECT/STAGE/IMAGE`. */
export function placeText(place: Place | null): string {
  if (place === null) return startScreen;
  const { project, stage, image } = place;
  return `#/${[project, stage, ...(image === null ? [] : [encodeURIComponent(image)])].join('/')}`;
}

/** The place that an address names; null if it names none. */
export function parsePlace(hash: string): Place | null {
  const [root, project, stage, image = null, ...rest] = hash.split('/');
  if (root !== '#' || rest.length > 0) return null;
  return placeSchema.safeParse({ project, stage, image: decoded(image) }).data ?? null;
}

/** The view and the selection that the browser kept; null for anything else. */
export function parseSeen(kept: unknown): Seen | null {
  return seenSchema.safeParse(kept).data ?? null;
}

function decoded(text: string | null): string | null {
  try {
    return text === null ? null : decodeURIComponent(text);
  } catch {
    return null;
  }
}
