import { z } from 'zod';
import { coordinateSchema, positiveCountSchema } from '../contract/numbers.ts';
import { numberAt } from '../contract/elements.ts';
import { cellMaskSchema, cellSources, cellStates, predictionId } from '../contract/review-document.ts';
import type { PredictionId, ReviewCell } from '../contract/review-document.ts';
import { LacssError } from '../contract/errors.ts';
import { mostPixels } from '../contract/project-files.ts';
import type { LabelImage } from '../contract/pixels.ts';
import { parseJson, parseJsonText } from './read-json.ts';

/**
 * A cell as kept in `review.json`. A cell without its own mask has its score and location in the prediction.
 */
export type KeptCell = Pick<ReviewCell, 'id' | 'state' | 'label' | 'mask'> &
  Partial<Pick<ReviewCell, 'score' | 'source' | 'location'>>;

/** The cells of an image as kept in `review.json`. */
export interface KeptReview {
  prediction: PredictionId | null;
  allChecked: boolean;
  /** The id of the next new cell. No id is given twice. */
  nextId: number;
  /**
   * The largest label of the prediction when its cells were taken over. A larger one was drawn by hand later.
   */
  lastLabel: number;
  /** By ascending id. */
  cells: readonly KeptCell[];
}

type Size = Pick<LabelImage, 'height' | 'width'>;

const numberSchema = z.int().positive().max(mostPixels);

const cellSchema = z.union([
  z.strictObject({ id: numberSchema, state: z.enum(cellStates), label: numberSchema }),
  z.strictObject({
    id: numberSchema,
    state: z.enum(cellStates),
    label: numberSchema.optional(),
    score: z.number().min(0).max(1),
    source: z.enum(cellSources),
    y: coordinateSchema,
    x: coordinateSchema,
    mask: cellMaskSchema,
  }),
]);

const fileSchema = z.strictObject({
  prediction: predictionId.nullable(),
  allChecked: z.boolean(),
  nextId: numberSchema,
  lastLabel: z.int().nonnegative().max(mostPixels),
  cells: z.array(cellSchema),
});

/** The form of schemas up to 3: marks of the cells of one prediction, by label. */
const marksSchema = z.strictObject({
  model: z.string(),
  madeAt: z.string(),
  cells: z.int().nonnegative().max(mostPixels),
  accepted: z.array(numberSchema),
  rejected: z.array(numberSchema),
  deleted: z.array(numberSchema),
});

const texts = new WeakMap<KeptCell, string>();

/** A cell as one line of `review.json`. */
function cellText(cell: KeptCell): string {
  const known = texts.get(cell);
  if (known !== undefined) return known;
  const text = JSON.stringify(valueOf(cell));
  texts.set(cell, text);
  return text;
}

function valueOf({ id, state, label, mask, score, source, location }: KeptCell): unknown {
  if (mask === null) return { id, state, label };
  const { top, left, height, width, runs } = mask;
  return {
    id,
    state,
    ...(label === null ? {} : { label }),
    score,
    source,
    y: location?.y,
    x: location?.x,
    mask: { top, left, height, width, runs: Array.from(runs) },
  };
}

/** The bytes of `review.json`: one line per cell. */
export function encodeReview({ prediction, allChecked, nextId, lastLabel, cells }: KeptReview): Uint8Array {
  const head = JSON.stringify({ prediction, allChecked, nextId, lastLabel }).slice(1, -1);
  return new TextEncoder().encode(`{${head},"cells":[\n${cells.map(cellText).join(',\n')}\n]}\n`);
}

/**
 * Reads `review.json`, also as schemas up to 3 wrote it: their deleted cells are rejected.
 * @throws LacssError `annotation-invalid`
 */
export function decodeReview(bytes: Uint8Array, size: Size, fileName: string): KeptReview {
  const value = parseJsonText(new TextDecoder().decode(bytes), fileName, 'annotation-invalid');
  const review =
    value !== null && typeof value === 'object' && 'madeAt' in value
      ? ofMarks(parseJson(value, marksSchema, fileName, 'annotation-invalid'), size, fileName)
      : ofFile(parseJson(value, fileSchema, fileName, 'annotation-invalid'));
  refuseImpossibleCells(review, size, fileName);
  return review;
}

function ofFile({ cells, ...rest }: z.infer<typeof fileSchema>): KeptReview {
  return {
    ...rest,
    cells: cells.map(cellOf),
  };
}

function cellOf(cell: z.infer<typeof cellSchema>): KeptCell {
  if (!('mask' in cell)) return { ...cell, mask: null };
  const { id, state, label = null, score, source, y, x, mask } = cell;
  return { id, state, label, score, source, location: { y, x }, mask };
}

function ofMarks(
  { model, madeAt, cells: count, accepted, rejected, deleted }: z.infer<typeof marksSchema>,
  size: Size,
  fileName: string,
): KeptReview {
  const states = new Map<number, KeptCell['state']>();
  for (const label of accepted) states.set(label, 'accepted');
  for (const label of [...rejected, ...deleted]) states.set(label, 'rejected');
  const largest = [...states.keys()].reduce((most, label) => Math.max(most, label), 0);
  if (count > size.height * size.width)
    throw impossible(fileName, `${count} cells in an image of ${size.height * size.width} pixels`);
  if (largest > count)
    throw impossible(fileName, `a mark of cell ${largest}, but there are only ${count} cells`);
  const cells = Array.from({ length: count }, (_, i): KeptCell => {
    return { id: i + 1, state: states.get(i + 1) ?? 'found', label: i + 1, mask: null };
  });
  return { prediction: { model, madeAt }, allChecked: false, nextId: count + 1, lastLabel: count, cells };
}

const patchSchema = fileSchema.omit({ cells: true }).extend({
  /** The SHA-256 of the review that the patch changes. */
  base: z.string().regex(/^[0-9a-f]{64}$/),
  /** How many patches lead from a whole review to this one. */
  depth: positiveCountSchema,
  changed: z.array(cellSchema),
  removed: z.array(numberSchema),
});

/** A review as the change of an earlier one. */
export interface ReviewPatchFile {
  base: string;
  depth: number;
  apply: (before: KeptReview) => KeptReview;
}

/** A review as the change of another one: the cells that differ. */
export function encodeReviewPatch(
  after: KeptReview,
  before: KeptReview,
  { base, depth }: Pick<ReviewPatchFile, 'base' | 'depth'>,
): Uint8Array {
  const { prediction, allChecked, nextId, lastLabel, cells } = after;
  const earlier = new Map(before.cells.map((cell) => [cell.id, cell]));
  const changed: string[] = [];
  for (const cell of cells) {
    const was = earlier.get(cell.id);
    earlier.delete(cell.id);
    if (was === undefined || cellText(was) !== cellText(cell)) changed.push(cellText(cell));
  }
  const removed = [...earlier.keys()];
  const head = JSON.stringify({ base, depth, prediction, allChecked, nextId, lastLabel, removed }).slice(
    1,
    -1,
  );
  return new TextEncoder().encode(`{${head},"changed":[\n${changed.join(',\n')}\n]}\n`);
}

/** Reads such a change. @throws LacssError `annotation-invalid` */
export function decodeReviewPatch(bytes: Uint8Array, fileName: string): ReviewPatchFile {
  const value = parseJsonText(new TextDecoder().decode(bytes), fileName, 'annotation-invalid');
  const { base, depth, changed, removed, ...rest } = parseJson(
    value,
    patchSchema,
    fileName,
    'annotation-invalid',
  );
  const fresh = changed.map(cellOf);
  return {
    base,
    depth,
    apply: ({ cells }) => {
      const replaced = new Set([...removed, ...fresh.map(({ id }) => id)]);
      const kept = cells.filter(({ id }) => !replaced.has(id));
      return { ...rest, cells: [...kept, ...fresh].sort((a, b) => a.id - b.id) };
    },
  };
}

/** Ids ascend and are below the next one, and masks are within the image and not empty. */
function refuseImpossibleCells({ cells, nextId }: KeptReview, size: Size, fileName: string): void {
  let last = 0;
  for (const { id, mask } of cells) {
    if (id <= last) throw impossible(fileName, `cell ${id} after cell ${last}`);
    if (id >= nextId) throw impossible(fileName, `cell ${id}, but the next id is ${nextId}`);
    last = id;
    if (mask === null) continue;
    const { top, left, height, width, runs } = mask;
    if (top + height > size.height || left + width > size.width)
      throw impossible(fileName, `cell ${id}, which is outside the image`);
    let total = 0;
    let inside = 0;
    for (let i = 0; i < runs.length; i++) {
      total += numberAt(runs, i);
      if (i % 2 === 1) inside += numberAt(runs, i);
    }
    if (total > height * width || inside === 0)
      throw impossible(fileName, `cell ${id}, whose pixels do not fit its box`);
  }
}

function impossible(fileName: string, what: string): LacssError {
  return new LacssError('annotation-invalid', `${fileName} contains ${what}.`, {
    subject: fileName,
    remedy: 'Delete this file. The program then uses the last review in the history of the image.',
  });
}
