import { z } from 'zod';
import { LacssError } from '../contract/errors.ts';
import type { ContourSet, LabelImage } from '../contract/pixels.ts';
import { outlinesOf, ringsOf, type Outline } from './outlines.ts';
import { ringArea } from '../imaging/contours/ring-area.ts';
import { fillRings } from './fill-rings.ts';

/** The cells of one image. */
export interface CocoImage {
  fileName: string;
  height: number;
  width: number;
  contours: ContourSet;
  /** Scores by label: `scores[label - 1]`. */
  scores?: ArrayLike<number>;
}

export interface CocoOptions {
  /** How outlines are written; cells with holes are always run lengths, for polygons cannot have any. @default 'polygon' */
  segmentation?: 'polygon' | 'rle';
  /** @default 'cell' */
  categoryName?: string;
}

/**
 * Cells of any number of images as COCO instance annotations: bounding boxes as x, y, width, height; areas in px²; polygons as x, y … or
 * run lengths column by column, beginning with background. Annotation ids count through all images; `label` keeps our own.
 *
 * T.-Y. Lin et al., "Microsoft COCO: Common Objects in Context", ECCV 2014; format: https://cocodataset.org/#format-data.
 */
export function coco(images: readonly CocoImage[], options: CocoOptions = {}): string {
  const { segmentation = 'polygon', categoryName = 'cell' } = options;
  let id = 0;
  const annotations = images.flatMap((image, i) =>
    outlinesOf(image.contours).map((outline) => {
      const score = image.scores?.[outline.label - 1];
      return {
        id: ++id,
        image_id: i + 1,
        category_id: 1,
        segmentation: segmentationOf(outline, image, segmentation),
        area: ringsOf(outline).reduce((sum, ring) => sum + ringArea(ring), 0),
        bbox: boxOf(outline),
        iscrowd: 0,
        label: outline.label,
        ...(score === undefined ? {} : { score }),
      };
    }),
  );
  const file = {
    info: { description: 'Cells segmented with LACSS Studio', version: '1.0' },
    licenses: [],
    images: images.map(({ fileName, height, width }, i) => ({
      id: i + 1,
      file_name: fileName,
      height,
      width,
    })),
    categories: [{ id: 1, name: categoryName, supercategory: '' }],
    annotations,
  };
  return `${JSON.stringify(file)}\n`;
}

function segmentationOf(
  outline: Outline,
  { height, width }: CocoImage,
  kind: NonNullable<CocoOptions['segmentation']>,
): number[][] | { counts: number[]; size: [number, number] } {
  const hasHoles = outline.pieces.some(({ holes }) => holes.length > 0);
  if (kind === 'rle' || hasHoles) return runLengths(outline, height, width);
  return outline.pieces.map(({ outer }) => {
    const polygon: number[] = [];
    for (let i = 0; i < outer.length; i += 2) polygon.push(outer[i + 1]!, outer[i]!);
    return polygon;
  });
}

/** Lengths of the runs of 0, 1, 0 … down the columns of the whole image. */
function runLengths(
  outline: Outline,
  height: number,
  width: number,
): { counts: number[]; size: [number, number] } {
  const inside: number[] = [];
  fillRings(ringsOf(outline), height, width, (y, start, end) => {
    for (let x = start; x < end; x++) inside.push(x * height + y);
  });
  inside.sort((a, b) => a - b);
  const counts: number[] = [];
  let done = 0;
  for (let i = 0; i < inside.length;) {
    const start = inside[i]!;
    let end = start + 1;
    for (i++; i < inside.length && inside[i] === end; i++) end++;
    counts.push(start - done, end - start);
    done = end;
  }
  if (done < height * width) counts.push(height * width - done);
  return { counts, size: [height, width] };
}

function boxOf(outline: Outline): [x: number, y: number, width: number, height: number] {
  let top = Infinity;
  let left = Infinity;
  let bottom = -Infinity;
  let right = -Infinity;
  for (const { outer } of outline.pieces) {
    for (let i = 0; i < outer.length; i += 2) {
      top = Math.min(top, outer[i]!);
      bottom = Math.max(bottom, outer[i]!);
      left = Math.min(left, outer[i + 1]!);
      right = Math.max(right, outer[i + 1]!);
    }
  }
  return [left, top, right - left, bottom - top];
}

/** No image is larger than this along one side; a file that says so would only exhaust the memory. */
const lengthSchema = z.number().int().positive().max(32768);

const fileSchema = z.object({
  images: z.array(
    z.object({ id: z.number(), file_name: z.string(), height: lengthSchema, width: lengthSchema }),
  ),
  annotations: z.array(
    z.object({
      image_id: z.number(),
      label: z.number().int().positive().optional(),
      segmentation: z.union([
        z.array(
          z
            .array(z.number())
            .min(6)
            .refine(({ length }) => length % 2 === 0),
        ),
        z.object({
          counts: z.array(z.number().int().nonnegative()),
          size: z.tuple([z.number(), z.number()]),
        }),
      ]),
    }),
  ),
});

/**
 * The label image of each image of a COCO file, by its file name. Instances have the labels we wrote, else 1, 2, 3 … in the order of the file.
 *
 * @throws LacssError `file-damaged` where it is no COCO file of polygons or uncompressed run lengths.
 */
export function readCoco(text: string, fileName: string): Map<string, LabelImage> {
  let file: z.infer<typeof fileSchema>;
  try {
    file = fileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LacssError('file-damaged', `${fileName} is no COCO file of polygons or plain run lengths.`, {
      subject: fileName,
      remedy: 'Export instance annotations as COCO with polygons.',
      cause,
    });
  }
  return new Map(
    file.images.map(({ id, file_name, height, width }) => {
      const own = file.annotations.filter((annotation) => annotation.image_id === id);
      const labelled = own.every(({ label }) => label !== undefined);
      const labels = { height, width, data: new Int32Array(height * width) };
      own.forEach(({ segmentation, label }, i) => {
        paint(labels, segmentation, labelled ? label! : i + 1);
      });
      return [file_name, labels];
    }),
  );
}

function paint(
  labels: LabelImage,
  segmentation: z.infer<typeof fileSchema>['annotations'][number]['segmentation'],
  label: number,
): void {
  const { height, width, data } = labels;
  if (Array.isArray(segmentation)) {
    const rings = segmentation.map((polygon) => polygon.map((_, i) => polygon[i ^ 1]!));
    fillRings(rings, height, width, (y, start, end) => data.fill(label, y * width + start, y * width + end));
    return;
  }
  let position = 0;
  segmentation.counts.forEach((count, run) => {
    const end = Math.min(position + count, height * width);
    if (run % 2 === 0) position = end;
    for (; position < end; position++) {
      data[(position % height) * width + Math.floor(position / height)] = label;
    }
  });
}
