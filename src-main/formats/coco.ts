import { z } from 'zod';
import { coordinateSchema, countSchema } from '../contract/numbers.ts';
import { int32At, numberAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { CellLabels, LabelImage } from '../contract/pixels.ts';
import { mostPixels } from '../contract/project-files.ts';
import { parseToFirstFault } from '../contract/parse-to-first-fault.ts';
import { fillRings } from '../imaging/contours/fill-rings.ts';
import { SpanPainter } from '../imaging/label/span-painter.ts';
import { cutLabels } from '../imaging/label/cut-labels.ts';
import { DrawingBudget } from './drawing-budget.ts';
import { drawnLabels, requireInside } from './outlines.ts';
import type { DrawnLabels } from './outlines.ts';

/** The cells of one image. */
export interface CocoImage {
  /** Path and name of its file, with the extension, for other programs. */
  fileName: string;
  /** Its name in this program, which distinguishes several images of one file. */
  name: string;
  labels: CellLabels;
  /** Scores by label. */
  scores?: ReadonlyMap<number, number>;
}

export interface CocoOptions {
  /** @default 'cell' */
  categoryName?: string;
}

/**
 * Cells of any number of images as COCO instance annotations. A segmentation is a list of run lengths down
 * the columns, beginning with background. It holds a cell's exact pixels, because readers of COCO fill
 * polygons by another rule. Bounding boxes are x, y, width, height; areas are in px². Annotation ids count
 * through all images; `label` is our own label.
 *
 * T.-Y. Lin et al., "Microsoft COCO: Common Objects in Context", ECCV 2014; format:
 * https://cocodataset.org/#format-data.
 */
export function coco(images: readonly CocoImage[], { categoryName = 'cell' }: CocoOptions = {}): string {
  let id = 0;
  const annotations = images.flatMap(({ labels, scores }, i) =>
    columnRunsOf(labels).map(({ label, counts, area, box }) => {
      const score = scores?.get(label);
      return {
        id: ++id,
        image_id: i + 1,
        category_id: 1,
        segmentation: { counts, size: [labels.height, labels.width] },
        area,
        bbox: [box.left, box.top, box.right - box.left, box.bottom - box.top],
        iscrowd: 0,
        label,
        ...(score === undefined ? {} : { score }),
      };
    }),
  );
  const file = {
    info: { description: 'Cells segmented with LACSS Studio', version: '1.0' },
    licenses: [],
    images: images.map(({ fileName, name, labels: { height, width } }, i) => ({
      id: i + 1,
      file_name: fileName,
      name,
      height,
      width,
    })),
    categories: [{ id: 1, name: categoryName, supercategory: '' }],
    annotations,
  };
  return `${JSON.stringify(file)}\n`;
}

interface ColumnRuns {
  label: number;
  /** Lengths of the runs of 0, 1, 0 … down the columns of the whole image. */
  counts: number[];
  area: number;
  box: { top: number; left: number; bottom: number; right: number };
}

/** Pixels that are processed at a time. */
const pixelsAtOnce = 2 ** 22;

/** The runs of every instance, in order of label, in one pass down the columns. */
function columnRunsOf(labels: CellLabels): ColumnRuns[] {
  const { height, width } = labels;
  const found = new Map<number, ColumnRuns & { done: number }>();
  const columnsAtOnce = Math.max(1, Math.floor(pixelsAtOnce / height));
  let part = { left: 0, width: 0, data: new Int32Array(0) as LabelImage['data'] };
  for (let x = 0; x < width; x++) {
    if (x === part.left + part.width) {
      const box = { top: 0, left: x, height, width: Math.min(columnsAtOnce, width - x) };
      part = { ...box, data: cutLabels(labels, box).data };
    }
    const column = x - part.left;
    for (let y = 0; y < height;) {
      const label = int32At(part.data, y * part.width + column);
      const top = y;
      do y++;
      while (y < height && part.data[y * part.width + column] === label);
      if (label === 0) continue;
      let own = found.get(label);
      if (own === undefined) {
        own = { label, counts: [], area: 0, box: { top, left: x, bottom: y, right: x + 1 }, done: 0 };
        found.set(label, own);
      }
      const start = x * height + top;
      // A run that continues at the top of the next column is one run.
      if (start === own.done && own.counts.length > 0)
        own.counts[own.counts.length - 1] = numberAt(own.counts, own.counts.length - 1) + (y - top);
      else own.counts.push(start - own.done, y - top);
      own.done = x * height + y;
      own.area += y - top;
      own.box.top = Math.min(own.box.top, top);
      own.box.bottom = Math.max(own.box.bottom, y);
      own.box.right = x + 1;
    }
  }
  const pixels = height * width;
  for (const { counts, done } of found.values()) if (done < pixels) counts.push(pixels - done);
  return [...found.values()].sort((a, b) => a.label - b.label);
}

/** The largest label that every part of the program can hold. */
const largestLabel = 2 ** 31 - 1;

/** Any number that a program may use as the id of an image. */
const idSchema = z.number().min(-1e16).max(1e16);
const sideSchema = z.int().positive().max(mostPixels);

const imageSchema = z
  .object({
    id: idSchema,
    file_name: z.string(),
    name: z.string().optional(),
    height: sideSchema,
    width: sideSchema,
  })
  // A larger image would only exhaust the memory.
  .refine(({ height, width }) => height * width <= mostPixels);

const fileSchema = z.object({
  images: z.array(imageSchema),
  annotations: z.array(
    z.object({
      image_id: idSchema,
      label: z.number().int().positive().max(largestLabel).optional(),
      segmentation: z.union([
        z.array(
          z
            .array(coordinateSchema)
            .min(6)
            .refine(({ length }) => length % 2 === 0),
        ),
        z.object({
          counts: z.union([z.array(countSchema), z.string()]),
          size: z.tuple([sideSchema, sideSchema]),
        }),
      ]),
    }),
  ),
});

/** An image of a COCO file. Its cells are painted on demand. */
export interface AnnotatedImage {
  height: number;
  width: number;
  labels: () => DrawnLabels;
}

/**
 * The images of a COCO file, by their own names, or their file names if they have none. Instances keep our
 * labels, or get 1, 2, 3 … in the order of the file if some have none, or the same.
 *
 * @throws LacssError `file-damaged` if it is not a COCO file of polygons or run lengths, if two images have
 *   the same id or name, or if a cell belongs to no image. `labels` of an image throws it for run lengths of
 *   another size.
 */
export function readCoco(text: string, fileName: string): Map<string, AnnotatedImage> {
  let file: z.infer<typeof fileSchema>;
  try {
    const parsed = parseToFirstFault(fileSchema, JSON.parse(text));
    if (!parsed.success) throw parsed.error;
    file = parsed.data;
  } catch (cause) {
    throw new LacssError('file-damaged', `${fileName} is not a COCO file of polygons or run lengths.`, {
      subject: fileName,
      remedy: 'Export the outlines as COCO instance annotations with polygons.',
      cause,
    });
  }
  const refuse = (reason: string): LacssError =>
    new LacssError('file-damaged', `${fileName} is no sound COCO file: ${reason}.`, {
      subject: fileName,
      remedy: 'Export it again, with one entry per image and all run lengths at the size of the image.',
    });
  const annotationsOf = new Map(file.images.map(({ id }) => [id, [] as typeof file.annotations]));
  if (annotationsOf.size < file.images.length) throw refuse('two images have the same id');
  for (const annotation of file.annotations) {
    const own = annotationsOf.get(annotation.image_id);
    if (own === undefined) throw refuse(`a cell belongs to image ${annotation.image_id}, which it lacks`);
    own.push(annotation);
  }
  const images = new Map(
    file.images.map(({ id, file_name, name, height, width }) => {
      const own = annotationsOf.get(id) ?? [];
      // Repeated numbers, such as class numbers, would join several cells.
      const labelled = new Set(own.flatMap(({ label }) => label ?? [])).size === own.length;
      const paintAll = (): DrawnLabels => {
        const painter = new SpanPainter(height, width);
        const polygons = own
          .map(({ segmentation }) => ringsOf(segmentation))
          .filter((rings) => rings !== null);
        requireInside(polygons, fileName, height, width);
        const drawing = { painter, budget: new DrawingBudget(fileName, height, width), height, width };
        own.forEach(({ segmentation, label }, i) => {
          if (!paint(drawing, segmentation, labelled ? label! : i + 1))
            throw refuse(`the run lengths of cell ${i + 1} of ${name ?? file_name} are not of its size`);
        });
        return drawnLabels(painter.build(), own.length);
      };
      return [name ?? file_name, { height, width, labels: paintAll }];
    }),
  );
  if (images.size < file.images.length) throw refuse('two images have the same name');
  return images;
}

/** The polygons of a cell, packed y, x; null for run lengths. */
function ringsOf(
  segmentation: z.infer<typeof fileSchema>['annotations'][number]['segmentation'],
): number[][] | null {
  if (!Array.isArray(segmentation)) return null;
  return segmentation.map((polygon) => polygon.map((_, i) => numberAt(polygon, i ^ 1)));
}

/** What the cells of an image are painted on. */
interface Drawing {
  painter: SpanPainter;
  budget: DrawingBudget;
  height: number;
  width: number;
}

/** @returns false, and paints nothing, if run lengths do not fill an image of this size */
function paint(
  drawing: Drawing,
  segmentation: z.infer<typeof fileSchema>['annotations'][number]['segmentation'],
  label: number,
): boolean {
  const { painter, budget, height, width } = drawing;
  const rings = ringsOf(segmentation);
  if (rings !== null) {
    budget.cross(rings);
    fillRings(rings, height, width, (y, start, end) => {
      budget.draw(end - start);
      painter.paint(label, y, start, end);
    });
    return true;
  }
  if (Array.isArray(segmentation)) return false;
  const [rows, columns] = segmentation.size;
  const counts =
    typeof segmentation.counts === 'string' ? countsOf(segmentation.counts) : segmentation.counts;
  const total = counts.reduce((sum, count) => sum + (count >= 0 ? count : NaN), 0);
  if (rows !== height || columns !== width || total !== height * width) return false;
  paintColumns(drawing, counts, label);
  return true;
}

/** Paints run lengths down the columns: background, then cell, and so on. */
function paintColumns({ painter, budget, height }: Drawing, counts: readonly number[], label: number): void {
  /** The column where the cell's part of a row begins; -1 outside the cell. */
  const begun = new Int32Array(height).fill(-1);
  const toggle = (from: number, to: number, x: number): void => {
    for (let y = from; y < to; y++) {
      const start = int32At(begun, y);
      begun[y] = start < 0 ? x : -1;
      if (start < 0) continue;
      budget.draw(x - start);
      painter.paint(label, y, start, x);
    }
  };
  let before: number[] = [];
  for (const [x, bounds] of cellColumns(counts, height)) {
    budget.draw(0);
    // Where only one of two neighbouring columns belongs to the cell, a part of a row begins or ends.
    const all = [...before, ...bounds].sort((a, b) => a - b);
    for (let i = 0; i < all.length; i += 2) toggle(numberAt(all, i), numberAt(all, i + 1), x);
    before = bounds;
  }
}

/**
 * The columns of a cell from its first to the one after its last, and where the cell begins and ends in them,
 * top down. A column that the cell leaves out comes once, empty.
 */
function* cellColumns(counts: readonly number[], height: number): Generator<[x: number, bounds: number[]]> {
  let [x, bounds]: [number, number[]] = [0, []];
  let position = 0;
  for (const [run, count] of counts.entries()) {
    const end = position + count;
    while (run % 2 === 1 && position < end) {
      const column = Math.floor(position / height);
      if (column > x) {
        yield [x, bounds];
        if (column > x + 1) yield [x + 1, []];
        [x, bounds] = [column, []];
      }
      const bottom = Math.min(end, (column + 1) * height);
      bounds.push(position - column * height, bottom - column * height);
      position = bottom;
    }
    position = end;
  }
  yield [x, bounds];
  yield [x + 1, []];
}

/**
 * Run lengths as pycocotools packs them (maskApi.c, `rleFrString`). A character from `0` on has 5 bits; its
 * sixth bit is set if more follow. From the fourth on, each length is the difference to the length two
 * before.
 */
function countsOf(text: string): number[] {
  const counts: number[] = [];
  for (let at = 0; at < text.length;) {
    let value = 0;
    let shift = 0;
    let bits: number;
    do {
      bits = text.charCodeAt(at++) - 48;
      value += (bits & 0x1f) * 2 ** shift;
      shift += 5;
    } while ((bits & 0x20) !== 0 && at < text.length);
    if ((bits & 0x10) !== 0) value -= 2 ** shift;
    counts.push(value + (counts.length > 2 ? numberAt(counts, counts.length - 2) : 0));
  }
  return counts;
}
