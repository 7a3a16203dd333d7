import { itemAt, numberAt } from '../contract/elements.ts';
import type { MethodName } from '../contract/choices.ts';
import { LacssError } from '../contract/errors.ts';
import { usualSegmentSettings } from '../contract/inference.ts';
import type { SegmentSettings } from '../contract/inference.ts';
import type { JobControl } from '../contract/job.ts';
import type { CellLabels, FloatPlane, Segmentation } from '../contract/pixels.ts';
import { keepCells } from '../imaging/label/keep-cells.ts';
import { blankNote, isBlank } from '../imaging/padding/is-blank.ts';
import { putInWhole, shownPart } from '../imaging/padding/shown-part.ts';
import { prepareImage } from '../model/prepare-image.ts';
import type { PreparedImage } from '../model/prepare-image.ts';
import { makeWhole } from './finish-cells.ts';
import type { FoundCell } from './found-cell.ts';
import { logitOf } from './logit-of.ts';
import { markDownFaint } from './mark-down-faint.ts';
import type { Network } from './network.ts';
import { outlineContrasts } from './outline-contrasts.ts';
import { emptyCanvas, paintCell } from './paint-cells.ts';
import type { AxisScales, Canvas } from './paint-cells.ts';
import { pause } from './pause.ts';
import { suppressNeighbours } from './suppress-neighbours.ts';

export interface SegmentImageOptions extends Partial<SegmentSettings> {
  /** Network px per image px: gives the cells of this image the size of the training cells. */
  scale: number;
  control: JobControl;
}

/**
 * Finds and outlines every cell of an image with a trained network.
 *
 * The image is normalised as a whole and rescaled. Overlapping tiles of one size pass through the network one
 * by one. A cell belongs to the tile whose core contains its location. A cell that two tiles find at a common
 * border counts once. Then all cells are painted together at the original resolution, in order of falling
 * score. Each pixel goes to the cell with the highest logit. Finally, cells with outlines fainter than is
 * typical get lower scores. The tile size limits the network's memory. The image takes 8 bytes per pixel
 * besides its own planes.
 *
 * An image that is constant or white noise has no cells (`isBlank`). The network is not asked, because
 * normalised noise looks like cells to it. Padding is cut off before, and put back around the result.
 *
 * @param planes one plane per channel of the model, in its order, all [height, width]
 * @returns instances in order of falling score; an empty result is valid
 * @throws LacssError `image-size-mismatch` if planes differ in size; `image-invalid` if their number is not
 *   the model's; `cancelled`, checked between tiles; `out-of-memory` if small tiles do not fit either
 * @throws RangeError if `scale` is not a positive number
 */
export async function segmentImage(
  network: Network,
  planes: readonly FloatPlane[],
  options: SegmentImageOptions,
): Promise<Segmentation> {
  return cutByScore(await segmentEvery(network, planes, options), options);
}

/** The cells with a score of at least `minScore`. */
export function cutByScore<Labels extends CellLabels>(
  found: Segmentation<Labels>,
  { minScore }: Pick<SegmentImageOptions, 'minScore'>,
): Segmentation<Labels> {
  // Scores are 32-bit numbers. A cell with exactly this score must not fall below it.
  const least = Math.fround(minScore ?? 0);
  return found.scores.every((score) => score >= least)
    ? found
    : keepCells(found, (_, score) => score >= least);
}

/** As `segmentImage`, but also with the cells whose scores are below `minScore`. */
export async function segmentEvery(
  network: Network,
  planes: readonly FloatPlane[],
  options: SegmentImageOptions,
): Promise<Segmentation> {
  const { scale, control, settings } = completeOptions(options, network.method);
  checkPlanes(planes, network.inputChannels);
  const part = shownPart(planes);
  if (part.planes.every((plane) => isBlank(plane, part.padding))) return nothingIn(part.whole);
  const { height, width } = itemAt(part.planes, 0);
  const image = prepareImage(part.planes, scale, part.padding);
  const scales: AxisScales = { y: image.height / height, x: image.width / width };

  const predicted = await network.predict(image, settings, control);
  const { tiles, notice } = predicted;
  const cells = predicted.cells.filter(({ y, x }) => isShown(image, y, x));
  await pause(control);

  const canvas = emptyCanvas(height, width);
  const painted = await paintAll(canvas, cells, scales, settings, control);
  await pause(control);
  const { padding } = part;
  if (padding !== null) {
    for (let i = 0; i < padding.length; i++) if (padding[i] !== 0) canvas.labels.data[i] = 0;
  }
  const smallestPx =
    settings.minAreaShare * (Math.PI / 4) * (network.cellDiameterPx ** 2 / (scales.y * scales.x));
  const areasPx = makeWhole(canvas, painted.length, Math.max(1, smallestPx));
  const contrasts =
    settings.ranking === 'outline' ? outlineContrasts(canvas.labels, painted.length, image, scales) : [];
  const kept = ranked(canvas, painted, areasPx, contrasts);
  await pause(control);
  control.onProgress({ done: tiles, total: tiles, message: 'Segmenting', ...notice });
  return {
    labels: putInWhole(canvas.labels, part),
    scores: Float32Array.from(kept, (cell) => cell.score),
    locations: Float32Array.from(
      kept.flatMap((cell) => [part.top + cell.y / scales.y, part.left + cell.x / scales.x]),
    ),
  };
}

/**
 * Fills in the usual settings of the network's method.
 * @throws RangeError if `scale` is not a positive number
 */
export function completeOptions(
  { scale, control, ...chosen }: SegmentImageOptions,
  method: MethodName,
): {
  scale: number;
  control: JobControl;
  settings: SegmentSettings;
} {
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw new RangeError(`scale must be a positive number, received ${scale}`);
  }
  return { scale, control, settings: { ...usualSegmentSettings(method), ...chosen } };
}

function nothingIn({ height, width }: { height: number; width: number }): Segmentation {
  return {
    labels: { height, width, data: new Int32Array(height * width) },
    scores: new Float32Array(0),
    locations: new Float32Array(0),
    note: blankNote,
  };
}

export function isShown({ height, width, padding }: PreparedImage, y: number, x: number): boolean {
  if (padding === undefined) return true;
  const row = Math.min(height - 1, Math.max(0, Math.floor(y)));
  return padding[row * width + Math.min(width - 1, Math.max(0, Math.floor(x)))] === 0;
}

/** Number of cells painted between two checks for cancellation. */
const cellsBetweenPauses = 256;

/**
 * Paints all cells of the image in order of falling score. The cell with label k is entry k − 1 of the
 * returned list.
 */
export async function paintAll<Cell extends FoundCell>(
  canvas: Canvas,
  cells: readonly Cell[],
  scales: AxisScales,
  settings: SegmentSettings,
  control: JobControl,
): Promise<Cell[]> {
  const order = suppressNeighbours(
    Float32Array.from(cells.flatMap((cell) => [cell.y, cell.x])),
    cells.map((cell) => cell.score),
    settings.nmsDistancePx,
  );
  const threshold = logitOf(settings.maskThreshold);
  const painted: Cell[] = [];
  for (const [k, index] of order.entries()) {
    if (k % cellsBetweenPauses === cellsBetweenPauses - 1) await pause(control);
    const label = painted.length + 1;
    const how = { threshold, minVisible: settings.minVisible, ranking: settings.ranking };
    if (paintCell(canvas, itemAt(cells, index), label, scales, how)) {
      painted.push(itemAt(cells, index));
    }
  }
  return painted;
}

/**
 * The remaining cells with scores adjusted by the contrast of their outlines, in order of these scores.
 * Labels are renumbered in the same order.
 */
function ranked(
  { labels }: Canvas,
  painted: readonly FoundCell[],
  areasPx: Int32Array,
  contrasts: readonly (number | undefined)[],
): FoundCell[] {
  const left = [...painted.keys()].filter((index) => numberAt(areasPx, index + 1) > 0);
  const order = ranks(
    left.map((index) => ({ score: itemAt(painted, index).score, contrast: contrasts[index] })),
  );
  const newLabels = new Int32Array(areasPx.length);
  order.forEach(({ index }, k) => (newLabels[numberAt(left, index) + 1] = k + 1));
  for (let i = 0; i < labels.data.length; i++) labels.data[i] = newLabels[labels.data[i]!]!;
  return order.map(({ index, score }) => ({ ...itemAt(painted, numberAt(left, index)), score }));
}

/** The order of cells by their adjusted scores, highest first: index and score of each. */
export function ranks(
  cells: readonly { score: number; contrast: number | undefined }[],
): { index: number; score: number }[] {
  const scores = markDownFaint(
    cells.map(({ score }) => score),
    cells.map(({ contrast }) => contrast),
  );
  return scores
    .map((score, index) => ({ index, score }))
    .sort((a, b) => b.score - a.score || a.index - b.index);
}

export function checkPlanes(planes: readonly FloatPlane[], channels: number): void {
  if (planes.length !== channels) {
    throw new LacssError(
      'image-invalid',
      `The model was trained on images of ${channels} channels; this image has ${planes.length}.`,
      { remedy: 'Choose the same channels as for training.' },
    );
  }
  const first = itemAt(planes, 0);
  const other = planes.find((plane) => plane.height !== first.height || plane.width !== first.width);
  if (other !== undefined) {
    throw new LacssError(
      'image-size-mismatch',
      `One channel has ${first.height} × ${first.width} pixels, another ${other.height} × ${other.width}.`,
      { remedy: 'All channels of an image must have the same size.' },
    );
  }
}
