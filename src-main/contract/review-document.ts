import { z } from 'zod';
import { modelId, position } from './fields.ts';
import { areCoordinates, coordinateSchema } from './numbers.ts';
import { paintedPx2, mostPaintedPx2 } from './painted-area.ts';
import { mostPixels } from './project-files.ts';

/** The state of a cell, stored as its index in this list. */
export const cellStates = ['found', 'accepted', 'rejected', 'edited', 'added'] as const;
export type CellState = (typeof cellStates)[number];

/** The states that a person can set. The other states are the result of an edit. */
export const judgements = ['found', 'accepted', 'rejected'] as const satisfies readonly CellState[];
export type Judgement = (typeof judgements)[number];

/** The origin of a cell. `prompt`: the model, at a place that a person pointed to. */
export const cellSources = ['model', 'person', 'import', 'prompt'] as const;
export type CellSource = (typeof cellSources)[number];

/** Names one prediction of an image. */
export const predictionId = z.strictObject({
  model: modelId,
  /** The time when it was made, from its record. */
  madeAt: z.string().max(64),
});
export type PredictionId = z.infer<typeof predictionId>;

const sizeSchema = z.int().positive().max(mostPixels);
const startSchema = z.int().nonnegative().max(mostPixels);

/**
 * The pixels of one cell: run lengths within a box, row by row, starting with a run outside. Runs continue
 * across
 * the ends of rows. (The run lengths of COCO, by rows instead of columns.)
 */
export const cellMaskSchema = z.strictObject({
  top: startSchema,
  left: startSchema,
  height: sizeSchema,
  width: sizeSchema,
  runs: z.union([z.instanceof(Uint32Array), z.array(startSchema)]),
});
export type CellMask = z.infer<typeof cellMaskSchema>;

/** One cell of an image under review. */
export interface ReviewCell {
  /**
   * Stable, from 1, never given to another cell. A found cell has the label of the first prediction, if free.
   */
  id: number;
  state: CellState;
  /** In [0, 1]; 1 for an added cell. */
  score: number;
  source: CellSource;
  /** In image pixels, the centre of a pixel at +0.5. */
  location: { y: number; x: number };
  /** Its own mask; `null`: as in the prediction, under `label`. */
  mask: CellMask | null;
  label: number | null;
}

/** The cells of an image under review, by ascending id. */
export interface ReviewDocument {
  /** The prediction that it started from; `null` for imported cells. */
  prediction: PredictionId | null;
  cells: readonly ReviewCell[];
  /** Whether a person has confirmed that every cell of the image is there and right. */
  allChecked: boolean;
  /** The id of the next new cell. */
  nextId: number;
  /**
   * The largest label of the prediction when its cells were taken over. A larger one was drawn by hand later.
   */
  lastLabel: number;
  /** The number of the image's last edit that is in it. */
  revision: number;
}

/** Positions packed y0, x0, y1, x1 … in image pixels. */
const path = z
  .union([z.instanceof(Float32Array), z.array(coordinateSchema)])
  .refine((packed) => packed.length % 2 === 0 && packed.length > 0, 'must hold y, x pairs')
  .refine((packed) => packed.length <= 200_000, 'must hold at most 100,000 positions')
  .refine((packed) => areCoordinates(packed), 'must hold numbers from -1e9 to 1e9');
const cellId = z.int().positive().max(mostPixels);
const cellIds = z
  .array(cellId)
  .min(1)
  .max(1_000_000)
  .refine((ids) => new Set(ids).size === ids.length, 'must not repeat');
/** Whether the edit takes pixels of shown neighbours. Otherwise it stops at them. */
const push = z.boolean();

/** A change of the cells of one image. */
export const cellEdit = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('brush'),
      id: cellId,
      path,
      radiusPx: z.number().positive().max(10_000),
      mode: z.enum(['add', 'erase']),
      push,
    })
    .refine((stroke) => paintedPx2(stroke) <= mostPaintedPx2, 'paints too much at once'),
  /** A stroke that leaves and re-enters a cell replaces that side of its outline. */
  z.strictObject({ kind: z.literal('redraw'), id: cellId, path, push }),
  /** A new cell within a closed path. */
  z.strictObject({ kind: z.literal('lasso'), path, push }),
  /** Cuts these cells in two along a path; `null`: every shown cell that it crosses. */
  z.strictObject({ kind: z.literal('cut'), ids: cellIds.nullable(), path }),
  z.strictObject({ kind: z.literal('merge'), ids: cellIds }),
  /** Merges the shown cells that a path crosses. */
  z.strictObject({ kind: z.literal('mergeAcross'), path }),
  z.strictObject({ kind: z.literal('fillHoles'), ids: cellIds }),
  z.strictObject({ kind: z.literal('smooth'), ids: cellIds }),
  /** Removes cells that a person added, and rejects the others. */
  z.strictObject({ kind: z.literal('delete'), ids: cellIds }),
  /** Adds a cell that the model drew at a location. */
  z.strictObject({
    kind: z.literal('addMask'),
    mask: cellMaskSchema,
    location: position,
    score: z.number().min(0).max(1),
    source: z.literal('prompt'),
  }),
  /** Gives a cell the outline that the model drew at another location. */
  z.strictObject({
    kind: z.literal('outlineAgain'),
    id: cellId,
    mask: cellMaskSchema,
    location: position,
    score: z.number().min(0).max(1),
    push,
  }),
  /** Divides a cell into one per point, packed y, x. */
  z.strictObject({
    kind: z.literal('split'),
    id: cellId,
    points: path.refine(({ length }) => length <= 2 * 254, 'must hold at most 254 positions'),
  }),
]);
export type CellEdit = z.infer<typeof cellEdit>;
