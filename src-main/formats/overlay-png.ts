import type { FloatPlane, LabelImage } from '../contract/pixels.ts';
import { percentiles } from '../imaging/intensity/percentiles.ts';
import { writePng } from '../imaging/png/write-png.ts';

export interface OverlayOptions {
  /** Values shown as black and white. @default percentiles 0.1 and 99.9 */
  range?: readonly [low: number, high: number];
  /** One colour for all cells, or one per cell. @default 'varied' */
  color?: readonly [red: number, green: number, blue: number] | 'varied';
}

/** The golden angle, which best separates the hues of neighbouring labels. */
const goldenAngle = 137.508;

/**
 * One plane in grey with cell outlines on top, as PNG. An outline is a cell's outermost pixels, so that
 * touching cells have one line each.
 *
 * @throws RangeError if plane and label image differ in size.
 */
export function overlayPng(plane: FloatPlane, labels: LabelImage, options: OverlayOptions = {}): Uint8Array {
  const { height, width } = plane;
  if (labels.height !== height || labels.width !== width) {
    throw new RangeError(
      `a label image of ${labels.height} × ${labels.width} pixels, expected ${height} × ${width}`,
    );
  }
  const [low, high] = options.range ?? (percentiles(plane, [0.1, 99.9]) as [number, number]);
  const scale = high > low ? 255 / (high - low) : 0;
  const { color = 'varied' } = options;
  const data = new Uint8Array(3 * height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const label = labels.data[i]!;
      if (label !== 0 && isOutermost(labels, y, x)) {
        data.set(color === 'varied' ? hueColor(label * goldenAngle) : color, 3 * i);
      } else {
        data.fill(Math.min(255, Math.max(0, Math.round((plane.data[i]! - low) * scale))), 3 * i, 3 * i + 3);
      }
    }
  }
  return writePng({ height, width, channels: 3, data });
}

/** Whether a cell's pixel borders on another cell, the background or the image's edge. */
function isOutermost({ data, height, width }: LabelImage, y: number, x: number): boolean {
  const i = y * width + x;
  const label = data[i];
  return (
    y === 0 ||
    x === 0 ||
    y === height - 1 ||
    x === width - 1 ||
    data[i - width] !== label ||
    data[i + width] !== label ||
    data[i - 1] !== label ||
    data[i + 1] !== label
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
