import { float32At, int32At } from '../contract/elements.ts';
import type { CellLabels, LabelImage } from '../contract/pixels.ts';
import { ClippedStatisticsCounter } from '../imaging/intensity/clipped-statistics.ts';
import { cutLabels } from '../imaging/label/cut-labels.ts';
import { missingIn } from '../imaging/padding/missing-in.ts';
import { writePngRows } from '../imaging/png/write-png-rows.ts';
import type { PlaneBand } from '../imaging/read-plane.ts';

export interface OverlayOptions {
  /** Values shown as black and white. @default percentiles 0.1 and 99.9 */
  range?: readonly [low: number, high: number];
  /** One colour for all cells, or one per cell. @default 'varied' */
  color?: readonly [red: number, green: number, blue: number] | 'varied';
}

/** The golden angle, which best separates the hues of neighbouring labels. */
const goldenAngle = 137.508;

/** A plane that is read in bands; each call starts at the first band. */
export type PlaneBands = () => Iterable<PlaneBand> | AsyncIterable<PlaneBand>;

/**
 * One plane in grey with cell outlines on top, as PNG in pieces. An outline is a cell's outermost
 * pixels, so that
 * touching cells have one line each. Pixels without a number (NaN) are black.
 * The plane is read twice, or once if its range is given.
 *
 * @throws RangeError if plane and label image differ in size; what the bands throw.
 */
export async function* overlayPng(
  plane: PlaneBands,
  labels: CellLabels,
  options: OverlayOptions = {},
): AsyncGenerator<Uint8Array> {
  const { height, width } = labels;
  const range = options.range ?? (await percentileRange(plane));
  yield* writePngRows(
    { height, width, channels: 3, level: 3 },
    overlayRows(plane, labels, range, options.color ?? 'varied'),
  );
}

async function percentileRange(plane: PlaneBands): Promise<readonly [number, number]> {
  const counter = new ClippedStatisticsCounter();
  for await (const { data } of plane()) counter.add(data, missingIn(data));
  const { low, high } = counter.statistics(0.1, 99.9);
  return [low, high];
}

/** The rows of the picture, each after the number of its filter. */
async function* overlayRows(
  plane: PlaneBands,
  labels: CellLabels,
  [low, high]: readonly [number, number],
  color: NonNullable<OverlayOptions['color']>,
): AsyncGenerator<Uint8Array> {
  const { height, width } = labels;
  const scale = high > low ? 255 / (high - low) : 0;
  let rows = 0;
  for await (const band of plane()) {
    rows = band.y + band.height;
    if (band.width !== width || rows > height) throw otherSize(labels);
    // A row more on each side shows whether a pixel is a cell's outermost.
    const top = Math.max(0, band.y - 1);
    const cut = cutLabels(labels, { top, left: 0, height: Math.min(height, rows + 1) - top, width });
    const out = new Uint8Array(band.height * (3 * width + 1));
    for (let y = 0; y < band.height; y++) {
      const start = y * (3 * width + 1) + 1;
      for (let x = 0; x < width; x++) {
        const label = int32At(cut.data, (band.y + y - top) * width + x);
        if (label !== 0 && isOutermost(cut, top, height, band.y + y, x)) {
          out.set(color === 'varied' ? hueColor(label * goldenAngle) : color, start + 3 * x);
        } else {
          const grey = Math.min(
            255,
            Math.max(0, Math.round((float32At(band.data, y * width + x) - low) * scale)),
          );
          out.fill(grey, start + 3 * x, start + 3 * x + 3);
        }
      }
    }
    yield out;
  }
  if (rows !== height) throw otherSize(labels);
}

function otherSize({ height, width }: CellLabels): RangeError {
  return new RangeError(`a plane of another size than its label image, expected ${height} × ${width} pixels`);
}

/**
 * Whether a cell's pixel borders on another cell, the background or the image's edge.
 * @param labels rows of the image from `top` on.
 * @param height of the image.
 * @param y row in the image.
 */
function isOutermost(
  { data, width }: LabelImage,
  top: number,
  height: number,
  y: number,
  x: number,
): boolean {
  if (y === 0 || x === 0 || y === height - 1 || x === width - 1) return true;
  const i = (y - top) * width + x;
  const label = data[i];
  return (
    data[i - width] !== label || data[i + width] !== label || data[i - 1] !== label || data[i + 1] !== label
  );
}

/** A bright, saturated colour of a hue in degrees. */
function hueColor(hue: number): [number, number, number] {
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (0.6 - 0.4 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
