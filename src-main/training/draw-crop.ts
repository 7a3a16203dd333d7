import type { AugmentationSettings } from '../contract/training.ts';
import type { SeededRandom } from '../model/seeded-random.ts';
import { augmentIntensity } from './augment-intensity.ts';
import type { PreparedExample } from './prepare-example.ts';
import { places } from './reviewed-cells.ts';
import { annotationSize, type ReviewedSupervision, type Supervision } from './training-example.ts';

/** A randomly augmented square crop of an example, the input of one training step. */
export interface Crop {
  example: string;
  /** Height and width in rescaled px. */
  size: number;
  channels: number;
  /** [size, size, channels] */
  image: Float32Array;
  supervision: Supervision['kind'];
  /** [size / maskStride, …]: the foreground as 1 and 0, or cell ids and 0; all 0 with points only. */
  mask: Float32Array;
  /** Locations in px of the crop, packed y, x. */
  locations: Float32Array;
  /** The id in `mask` of each location's cell; empty if outlines are unknown. */
  ids: Float32Array;
  /** The additional content of a crop of a reviewed image. */
  reviewed?: ReviewedCrop;
}

/** The known and unknown places of a crop. */
export interface ReviewedCrop {
  /** [size / maskStride, …]: one of `places` per pixel; empty outside the image. */
  places: Float32Array;
  /**
   * Locations in px of the crop that only the detection learns, because there is no foreground for their
   * outlines.
   */
  onlyLocated: Float32Array;
  /** Centres of rejected cells in px of the crop. */
  rejectedAt: Float32Array;
  /** Whether all cells are known. */
  complete: boolean;
}

/** Locations nearer to the border are dropped: the network sees almost nothing of their cells. */
const BORDER_PX = 1;

/** A cell cut by the crop's border is kept if at least this share of a mean cell's area remains. */
const SMALLEST_FRAGMENT = 0.06;

export interface CropOptions {
  /** Height and width in rescaled px, chosen by `AffordableCrops`. */
  size: number;
  maskStride: number;
  /** Diameter of a mean cell in rescaled px. */
  cellDiameterPx: number;
  augmentation: AugmentationSettings;
}

/**
 * Cuts a random square from an example, with random size, orientation and contrast. Image, annotation and
 * locations change alike. Outside the image and in its padding the crop is 0, the image's mean, and has no
 * cells. A crop of a reviewed image shows a corrected cell. If all its locations are known, only half of the
 * crops do.
 */
export function drawCrop(example: PreparedExample, options: CropOptions, random: SeededRandom): Crop {
  const { size, maskStride, augmentation } = options;
  const { image } = example;
  const zoom = random.uniform(augmentation.zoom[0], augmentation.zoom[1]);
  const window: CropWindow = {
    ...(placeOnCorrection(example, size / zoom, random) ?? placeWindow(image, size / zoom, random)),
    flipY: augmentation.flips && random.chance(),
    flipX: augmentation.flips && random.chance(),
    transpose: augmentation.flips && random.chance(),
  };
  const { pixels, inside } = cutImage(example, window, size);
  augmentIntensity(pixels, inside, size, image.channels, augmentation, random);
  const crop = { example: example.name, size, channels: image.channels, image: pixels };
  const side = size / maskStride;
  if (example.supervision.kind === 'points') {
    const locations = cutLocations(example, window, size, example.supervision.locations);
    const [mask, ids] = [new Float32Array(side * side), new Float32Array(0)];
    return { ...crop, supervision: 'points', mask, locations, ids };
  }
  if (example.supervision.kind === 'weak') {
    const mask = cutAnnotation(example, window, side, example.supervision.foreground.data);
    for (let i = 0; i < mask.length; i++) mask[i] = mask[i] === 0 ? 0 : 1;
    const locations = cutLocations(example, window, size, example.supervision.locations);
    return { ...crop, supervision: 'weak', mask, locations, ids: new Float32Array(0) };
  }
  const { supervision } = example;
  const mask = cutAnnotation(example, window, side, supervision.labels.data);
  const smallest = SMALLEST_FRAGMENT * (Math.PI / 4) * (options.cellDiameterPx / maskStride) ** 2;
  const { locations, ids } = numberCells(mask, side, maskStride, smallest);
  if (supervision.kind === 'full') return { ...crop, supervision: 'full', mask, locations, ids };
  const where = cutAnnotation(example, window, side, supervision.places.data, places.empty);
  const located = cutLocations(example, window, size, supervision.locations);
  // Without a foreground, a point shows where a cell is, but not its outline.
  const hasForeground = supervision.places.data.includes(places.untouched);
  const withMask = hasForeground ? located : new Float32Array(0);
  return {
    ...crop,
    supervision: 'reviewed',
    mask,
    locations: Float32Array.from([...locations, ...withMask]),
    ids: Float32Array.from([...ids, ...new Float32Array(withMask.length / 2)]),
    reviewed: {
      places: where,
      onlyLocated: hasForeground ? new Float32Array(0) : located,
      rejectedAt: cutLocations(example, window, size, supervision.rejectedAt),
      complete: supervision.complete,
    },
  };
}

/** Of a window's extent, so much lies between its border and the corrected cell it was placed on. */
const focusMargin = 0.15;

/** The largest share of crops on rejected cells, in an image that also has outlines. */
const mostOnRejected = 0.25;

/**
 * A window on a random corrected cell, or `null` where the whole image teaches. A person who looks at the
 * worst cells first rejects most of them, and a model that sees mostly rejections finds fewer cells. So
 * rejected cells have a limited share of the crops.
 */
function placeOnCorrection(
  { image, supervision, scaleY, scaleX }: PreparedExample,
  extent: number,
  random: SeededRandom,
): Pick<CropWindow, 'top' | 'left' | 'extent'> | null {
  if (!hasFocus(supervision) || (supervision.complete && random.chance())) return null;
  const { outlinedAt, rejectedAt } = supervision;
  const rejectedShare = rejectedAt.length / (outlinedAt.length + rejectedAt.length);
  const share = outlinedAt.length === 0 ? 1 : Math.min(rejectedShare, mostOnRejected);
  const centres = random.chance(share) ? rejectedAt : outlinedAt;
  const k = 2 * random.integer(centres.length / 2);
  const around = (centre: number, length: number): number => {
    const start = centre - extent * random.uniform(focusMargin, 1 - focusMargin);
    // A window that fits stays inside the image; a larger one contains it.
    return Math.min(Math.max(start, Math.min(0, length - extent)), Math.max(0, length - extent));
  };
  return {
    top: around(centres[k]! * scaleY, image.height),
    left: around(centres[k + 1]! * scaleX, image.width),
    extent,
  };
}

function hasFocus(supervision: Supervision): supervision is ReviewedSupervision {
  return supervision.kind === 'reviewed' && supervision.outlinedAt.length + supervision.rejectedAt.length > 0;
}

/** The part of the rescaled image that a crop shows, and its orientation. */
interface CropWindow {
  top: number;
  left: number;
  /** Height and width in rescaled px. */
  extent: number;
  flipY: boolean;
  flipX: boolean;
  transpose: boolean;
}

/** In an image with padding, the share of a window that should show image. */
const leastShown = 0.75;
/** Attempts to place such a window. */
const mostPlaces = 16;

/** The place of a window: anywhere. In an image with padding, the attempt that shows most of the image. */
function placeWindow(
  image: PreparedExample['image'],
  extent: number,
  random: SeededRandom,
): Pick<CropWindow, 'top' | 'left' | 'extent'> {
  const place = (): Pick<CropWindow, 'top' | 'left' | 'extent'> => ({
    top: placeAtRandom(image.height, extent, random),
    left: placeAtRandom(image.width, extent, random),
    extent,
  });
  let best = place();
  if (image.padding === undefined) return best;
  let bestShare = shownShare(image, image.padding, best);
  for (let k = 1; k < mostPlaces && bestShare < leastShown; k++) {
    const next = place();
    const share = shownShare(image, image.padding, next);
    if (share > bestShare) [best, bestShare] = [next, share];
  }
  return best;
}

/** Share of a window that shows the image and no padding, from a grid of 16 × 16 points. */
function shownShare(
  { height, width }: PreparedExample['image'],
  padding: Uint8Array,
  { top, left, extent }: Pick<CropWindow, 'top' | 'left' | 'extent'>,
): number {
  const points = 16;
  let shown = 0;
  for (let i = 0; i < points; i++) {
    const y = Math.floor(top + ((i + 0.5) * extent) / points);
    for (let j = 0; j < points; j++) {
      const x = Math.floor(left + ((j + 0.5) * extent) / points);
      if (y >= 0 && y < height && x >= 0 && x < width && padding[y * width + x] === 0) shown++;
    }
  }
  return shown / points ** 2;
}

/** A window that fits is placed inside the image; a larger one contains the whole image. */
function placeAtRandom(length: number, extent: number, random: SeededRandom): number {
  return random.uniform() * (length - extent);
}

/**
 * Source positions of a crop's pixels in the rescaled image, at the pixel centres of a crop of `side` pixels.
 * For y and x, position = start + row · stepRow + column · stepColumn.
 */
function sourceSteps({ top, left, extent, flipY, flipX, transpose }: CropWindow, side: number) {
  const step = extent / side;
  const y = flipY ? { start: top + extent - step / 2, step: -step } : { start: top + step / 2, step };
  const x = flipX ? { start: left + extent - step / 2, step: -step } : { start: left + step / 2, step };
  return {
    y: { start: y.start, stepRow: transpose ? 0 : y.step, stepColumn: transpose ? y.step : 0 },
    x: { start: x.start, stepRow: transpose ? x.step : 0, stepColumn: transpose ? 0 : x.step },
  };
}

/** The image under the window, bilinear, and which of its pixels are inside the image. */
function cutImage(
  { image }: PreparedExample,
  window: CropWindow,
  size: number,
): { pixels: Float32Array; inside: Uint8Array } {
  const { height, width, channels, data, padding } = image;
  const { y: rows, x: columns } = sourceSteps(window, size);
  const pixels = new Float32Array(size * size * channels);
  const inside = new Uint8Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const y = rows.start + i * rows.stepRow + j * rows.stepColumn;
      const x = columns.start + i * columns.stepRow + j * columns.stepColumn;
      if (y < 0 || y >= height || x < 0 || x >= width) continue;
      if (padding !== undefined && padding[Math.floor(y) * width + Math.floor(x)] !== 0) continue;
      inside[i * size + j] = 1;
      // From corner to centre coordinates, edges repeated.
      const fromY = Math.min(Math.max(y - 0.5, 0), height - 1);
      const fromX = Math.min(Math.max(x - 0.5, 0), width - 1);
      const y0 = Math.floor(fromY);
      const x0 = Math.floor(fromX);
      const down = fromY - y0;
      const across = fromX - x0;
      const above = (y0 * width + x0) * channels;
      const below = y0 + 1 < height ? above + width * channels : above;
      const right = x0 + 1 < width ? channels : 0;
      const out = (i * size + j) * channels;
      for (let c = 0; c < channels; c++) {
        const upper = data[above + c]! * (1 - across) + data[above + right + c]! * across;
        const lower = data[below + c]! * (1 - across) + data[below + right + c]! * across;
        pixels[out + c] = upper * (1 - down) + lower * down;
      }
    }
  }
  return { pixels, inside };
}

/**
 * The annotation under the window at the resolution of the masks, nearest pixel; `beyond` outside the image.
 */
function cutAnnotation(
  { scaleY, scaleX, image, supervision }: PreparedExample,
  window: CropWindow,
  side: number,
  data: Uint8Array | Int32Array,
  beyond = 0,
): Float32Array {
  const { width: ownWidth } = annotationSize(supervision);
  const { y: rows, x: columns } = sourceSteps(window, side);
  const mask = new Float32Array(side * side).fill(beyond);
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const y = rows.start + i * rows.stepRow + j * rows.stepColumn;
      const x = columns.start + i * columns.stepRow + j * columns.stepColumn;
      if (y < 0 || y >= image.height || x < 0 || x >= image.width) continue;
      mask[i * side + j] = data[Math.floor(y / scaleY) * ownWidth + Math.floor(x / scaleX)]!;
    }
  }
  return mask;
}

/** The locations under the window, in px of the crop, without those at its border. */
function cutLocations(
  { scaleY, scaleX }: PreparedExample,
  { top, left, extent, flipY, flipX, transpose }: CropWindow,
  size: number,
  locations: Float32Array,
): Float32Array {
  const kept: number[] = [];
  for (let k = 0; k < locations.length; k += 2) {
    let y = ((locations[k]! * scaleY - top) * size) / extent;
    let x = ((locations[k + 1]! * scaleX - left) * size) / extent;
    if (flipY) y = size - y;
    if (flipX) x = size - x;
    if (transpose) [y, x] = [x, y];
    const nearest = Math.min(y, x, size - y, size - x);
    if (nearest > BORDER_PX) kept.push(y, x);
  }
  return Float32Array.from(kept);
}

/**
 * Numbers the cells of a label crop 1, 2 … in place, drops fragments, and computes each centre of mass within
 * the crop.
 * @param smallest area in mask pixels below which a cell is a fragment
 */
function numberCells(
  mask: Float32Array,
  side: number,
  maskStride: number,
  smallest: number,
): { locations: Float32Array; ids: Float32Array } {
  const cells = new Map<number, { area: number; sumY: number; sumX: number; id: number }>();
  for (let i = 0; i < mask.length; i++) {
    const label = mask[i]!;
    if (label === 0) continue;
    const cell = cells.get(label) ?? { area: 0, sumY: 0, sumX: 0, id: 0 };
    cell.area++;
    cell.sumY += Math.floor(i / side);
    cell.sumX += i % side;
    cells.set(label, cell);
  }
  const locations: number[] = [];
  for (const cell of cells.values()) {
    if (cell.area < smallest) continue;
    cell.id = locations.length / 2 + 1;
    locations.push((cell.sumY / cell.area + 0.5) * maskStride, (cell.sumX / cell.area + 0.5) * maskStride);
  }
  for (let i = 0; i < mask.length; i++) mask[i] = cells.get(mask[i]!)?.id ?? 0;
  return {
    locations: Float32Array.from(locations),
    ids: Float32Array.from({ length: locations.length / 2 }, (_, i) => i + 1),
  };
}
