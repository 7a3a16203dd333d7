import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { itemAt } from '../../src-main/contract/elements.ts';
import type { FloatPlane, ImageArea, LabelImage, PixelSizeUm } from '../../src-main/contract/pixels.ts';
import { cutLabels, labelImageOf } from '../../src-main/imaging/label/cut-labels.ts';
import { cutPixels } from '../../src-main/imaging/raster/cut-pixels.ts';
import { readImage } from '../../test/fixtures/read-image.ts';
import { resizePlane } from '../../src-main/imaging/resample/resize-plane.ts';
import { relabel } from '../../src-main/imaging/label/relabel.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { readLabelFile } from '../../src-main/project/read-label-image.ts';
import { generateColonyImage } from '../../src-main/sample/generate-colony-image.ts';
import { generateLookImage, lookDiameterPx } from '../../src-main/sample/generate-look-image.ts';
import { lookSettings } from '../../src-main/sample/look-settings.ts';
import type { ExampleSource } from '../../src-main/training/example-source.ts';
import { imagesFor, type RealImage } from './data-use.ts';
import type { Recipe } from './recipe.ts';

/** One place in a training round: a look, and the real image or the seed that fills it. */
export interface Slot {
  look: string;
  /** `null`: generated. */
  image: RealImage | null;
  /** Seed of the generated image, or of the window of the real one. */
  seed: number;
}

/** Prefix of looks that are generated. */
const generated = 'generated ';

/** Seeds of this generator that no experiment, demo or calibration uses. */
const firstSeed = 5_000_000;

/**
 * The examples of a round. Each look has as many slots as its weight says, however many images it has.
 * The same round gives the same slots.
 *
 * @throws Error if a look has no image that may teach
 */
export function slotsOfRound(round: number, { looks, slotsPerLook }: Recipe): Slot[] {
  const teaching = imagesFor('teach').filter(({ label }) => label !== null);
  return Object.entries(looks).flatMap(([look, weight], k) => {
    const count = Math.round(weight * slotsPerLook);
    const seedOf = (slot: number): number => firstSeed + (round * 100 + k) * 1000 + slot;
    if (look.startsWith(generated)) {
      return Array.from({ length: count }, (_, slot) => ({ look, image: null, seed: seedOf(slot) }));
    }
    const images = teaching.filter((image) => image.look === look);
    if (images.length === 0) throw new Error(`No image that may teach has the look ${look}.`);
    const slots: Slot[] = [];
    for (let turn = 0; slots.length < count; turn++) {
      const order = new SeededRandom(round, 'images', look, turn).permutation(images.length);
      for (const index of order.slice(0, count - slots.length)) {
        slots.push({ look, image: images[index]!, seed: seedOf(slots.length) });
      }
    }
    return slots;
  });
}

/** Fewest cells of an image for its own cell size to count. */
const enoughCells = 100;

/**
 * The source of a slot. It reads or generates its image when a crop is cut. Its cells have the training size
 * already, so trainings do not rescale it, though the image's edge cuts many cells.
 *
 * @param data the folder of real images
 */
export function sourceOfSlot(slot: Slot, data: string, recipe: Recipe): ExampleSource {
  const { look, image, seed } = slot;
  const side = image === null ? recipe.generatedPx : recipe.windowPx;
  const name = image === null ? `${look} ${seed}` : `${image.set}/${image.name}`;
  return {
    name,
    pixelSizeUm: null,
    height: side,
    width: side,
    channels: 1,
    kind: 'full',
    divides: false,
    cells: { count: enoughCells, pixels: Math.round((enoughCells * Math.PI * lookDiameterPx ** 2) / 4) },
    read: async () => {
      const { plane, labels } =
        image === null ? generate(look, seed, recipe) : await cutReal(image, slot, data, recipe);
      return { name, planes: [plane], supervision: { kind: 'full', labels } };
    },
  };
}

/** A window of a real image, its cells 32 px in diameter. */
async function cutReal(
  image: RealImage,
  { seed }: Slot,
  data: string,
  { windowPx }: Recipe,
): Promise<Annotated> {
  const { plane, labels } = await readReal(image, data);
  const scale = lookDiameterPx / meanDiameter(labels);
  const window = randomWindow(plane, windowPx / scale, new SeededRandom(seed, 'window'));
  const part = cutWindow({ plane, labels }, window);
  const height = Math.max(32, Math.round(window.height * scale));
  const width = Math.max(32, Math.round(window.width * scale));
  return { plane: resizePlane(part.plane, height, width), labels: resizeLabels(part.labels, height, width) };
}

interface Annotated {
  plane: FloatPlane;
  labels: LabelImage;
}

/** A real image as its file shows it. */
export interface ReadImage extends Annotated {
  pixelSizeUm: PixelSizeUm | null;
}

function generate(look: string, seed: number, { generatedPx }: Recipe): Annotated {
  const name = look.slice(generated.length);
  if (name === 'colony') {
    const { height, width, membrane, labels } = generateColonyImage(seed);
    const plane = { height, width, data: Float32Array.from(membrane) };
    const window = randomWindow(plane, generatedPx, new SeededRandom(seed, 'window'));
    return cutWindow({ plane, labels }, window);
  }
  const settings = lookSettings[name];
  if (settings === undefined) throw new Error(`There is no look ${name} in resources/look-settings.json.`);
  return generateLookImage(settings, seed, generatedPx);
}

/** The channel of cells and the true labels of a real image. */
export async function readReal(
  { image, label, channel }: Pick<RealImage, 'image' | 'label' | 'channel'>,
  data: string,
): Promise<ReadImage> {
  const path = join(data, image);
  const { height, width, planes, pixelSizeUm } = await readImage(readFileSync(path), path);
  const chosen = channel === 'mean' ? planes : [itemAt(planes, channel)];
  const values = new Float32Array(height * width);
  for (const plane of chosen)
    for (let i = 0; i < values.length; i++) values[i] = values[i]! + plane[i]! / chosen.length;
  const labelPath = join(data, label!);
  const labels = labelImageOf(await readLabelFile(labelPath));
  return { plane: { height, width, data: values }, labels, pixelSizeUm };
}

/** Mean diameter of the cells that the image's edge does not cut; of all cells if there are few of those. */
export function meanDiameter({ height, width, data }: LabelImage): number {
  const pixels = new Map<number, number>();
  const cut = new Set<number>();
  data.forEach((label, i) => {
    if (label === 0) return;
    pixels.set(label, (pixels.get(label) ?? 0) + 1);
    const [y, x] = [Math.floor(i / width), i % width];
    if (y === 0 || x === 0 || y === height - 1 || x === width - 1) cut.add(label);
  });
  const whole = [...pixels].filter(([label]) => !cut.has(label));
  const counted = whole.length >= 3 ? whole : [...pixels];
  if (counted.length === 0) return lookDiameterPx;
  const area = counted.reduce((sum, [, count]) => sum + count, 0) / counted.length;
  return Math.sqrt((4 / Math.PI) * area);
}

function randomWindow({ height, width }: FloatPlane, sidePx: number, random: SeededRandom): ImageArea {
  const [h, w] = [Math.min(height, Math.ceil(sidePx)), Math.min(width, Math.ceil(sidePx))];
  return { top: random.integer(height - h + 1), left: random.integer(width - w + 1), height: h, width: w };
}

function cutWindow({ plane, labels }: Annotated, window: ImageArea): Annotated {
  const { height, width } = window;
  return {
    plane: { height, width, data: cutPixels(plane.data, plane.width, window) },
    labels: relabel(cutLabels(labels, window)).labels,
  };
}

/** Labels at another size: the nearest pixel. */
function resizeLabels(labels: LabelImage, height: number, width: number): LabelImage {
  const data = new Int32Array(height * width);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * labels.height) / height) * labels.width;
    for (let x = 0; x < width; x++) {
      data[y * width + x] = labels.data[row + Math.floor(((x + 0.5) * labels.width) / width)]!;
    }
  }
  return relabel({ height, width, data }).labels;
}
