import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { numberAt } from '../../../src-main/contract/elements.ts';
import type { FloatPlane } from '../../../src-main/contract/pixels.ts';
import { labelsOf } from '../../../src-main/formats/outlines.ts';
import { resizePlane } from '../../../src-main/imaging/resample/resize-plane.ts';
import { readImage } from '../../fixtures/read-image.ts';
import { elementsOf } from './json-elements.ts';
import { writePair, type Part } from './write-pair.ts';

/**
 * The published scale of each cell line: its images are enlarged by 1 / scale, so that cells have about one
 * size (authors' implementation of July 2022).
 */
export const livecellScales: Readonly<Record<string, number>> = {
  A172: 1,
  BT474: 0.65,
  BV2: 0.5,
  Huh7: 1.3,
  MCF7: 0.5,
  SHSY5Y: 1,
  SKOV3: 1.3,
  SkBr3: 0.75,
};

const imageSchema = z.object({
  id: z.number(),
  file_name: z.string(),
  height: z.int().positive(),
  width: z.int().positive(),
});

const annotationSchema = z.object({
  image_id: z.number(),
  /** Polygons, packed x, y. */
  segmentation: z.array(z.array(z.number()).min(6)),
});

interface Field extends z.infer<typeof imageSchema> {
  /** The polygons of each cell, packed y, x. */
  cells: Float32Array[][];
}

/** A folder of the whole LIVECell set, and where its images and label images are written. */
export interface LivecellFolders {
  /** Has the three annotation files and all images, in folders of any name. */
  from: string;
  /** Gets the folders `train`, `validation` and `test`. */
  to: string;
}

/**
 * Prepares LIVECell for an experiment, at the published scales.
 *
 * - Some images are listed twice, with different ids. The first listing counts.
 * - Some training images are in the validation or the test list, too. They do not train.
 * - Where cells overlap, the smaller one gets the pixels.
 *
 * @param lines cell lines. @default all
 * @returns the number of images per part
 * @throws Error if an annotation file or an image is missing
 */
export async function prepareLivecell(
  { from, to }: LivecellFolders,
  lines: readonly string[] = Object.keys(livecellScales),
): Promise<Record<Part, number>> {
  const paths = new Map(
    readdirSync(from, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, join(entry.parentPath, entry.name)]),
  );
  const pathOf = (name: string): string => {
    const path = paths.get(name);
    if (path === undefined) throw new Error(`${from} has no file ${name}.`);
    return path;
  };
  const counts: Record<Part, number> = { test: 0, validation: 0, train: 0 };
  const written = new Set<string>();
  for (const [part, file] of [
    ['test', 'livecell_coco_test.json'],
    ['validation', 'livecell_coco_val.json'],
    ['train', 'livecell_coco_train.json'],
  ] as const) {
    for (const field of await readFields(pathOf(file), lines)) {
      const image = basename(field.file_name);
      if (written.has(image)) continue;
      written.add(image);
      await writeField(field, pathOf(image), join(to, part));
      counts[part]++;
    }
  }
  return counts;
}

/** The images of these lines in an annotation file, with their cells. */
async function readFields(path: string, lines: readonly string[]): Promise<Field[]> {
  const fields = new Map<number, Field>();
  const names = new Set<string>();
  for await (const element of elementsOf(createReadStream(path), 'images')) {
    const image = imageSchema.parse(element);
    if (!lines.includes(lineOf(image.file_name)) || names.has(image.file_name)) continue;
    names.add(image.file_name);
    fields.set(image.id, { ...image, cells: [] });
  }
  for await (const element of elementsOf(createReadStream(path), 'annotations')) {
    const { image_id: id, segmentation } = annotationSchema.parse(element);
    const rings = segmentation.map((ring) => Float32Array.from(ring, (_, i) => numberAt(ring, i ^ 1)));
    fields.get(id)?.cells.push(rings);
  }
  return [...fields.values()];
}

function lineOf(fileName: string): string {
  return basename(fileName).split('_')[0]!;
}

async function writeField(
  { file_name, height, width, cells }: Field,
  path: string,
  folder: string,
): Promise<void> {
  const zoom = 1 / livecellScales[lineOf(file_name)]!;
  const raster = await readImage(readFileSync(path), path);
  if (raster.height !== height || raster.width !== width) {
    throw new Error(
      `${path} has ${raster.width} × ${raster.height} px; its annotation says ${width} × ${height}.`,
    );
  }
  const plane: FloatPlane = { height, width, data: Float32Array.from(raster.planes[0]!) };
  const [newHeight, newWidth] = [Math.round(height * zoom), Math.round(width * zoom)];
  // Smaller cells are painted later, so they get the shared pixels.
  const shapes = cells
    .map((rings) => rings.map((ring) => ring.map((at) => at * zoom)))
    .sort((a, b) => areaOf(b) - areaOf(a))
    .map((rings, k) => ({ label: k + 1, rings }));
  const labels = labelsOf(shapes, file_name, newHeight, newWidth);
  const name = basename(file_name).replace(/\.[a-z]+$/i, '');
  writePair(folder, name, zoom === 1 ? plane : resizePlane(plane, newHeight, newWidth), labels);
}

/** The area of a cell's polygons, by the shoelace formula. */
function areaOf(rings: readonly Float32Array[]): number {
  return rings.reduce((sum, ring) => {
    let twice = 0;
    for (let i = 0; i < ring.length; i += 2) {
      const next = (i + 2) % ring.length;
      twice += numberAt(ring, i + 1) * numberAt(ring, next) - numberAt(ring, next + 1) * numberAt(ring, i);
    }
    return sum + Math.abs(twice) / 2;
  }, 0);
}
