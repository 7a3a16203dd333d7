import { itemAt } from '../../contract/elements.ts';
import type { FloatPlane, LabelImage, Mask } from '../../contract/pixels.ts';
import { fillPadding } from './fill-padding.ts';
import { commonPadding, findPadding } from './find-padding.ts';

/** An image without the padding around it. */
export interface ShownPart {
  /** The channels, all of one size; corners that are padding hold the mirrored image. */
  planes: FloatPlane[];
  /** [height, width] of the part: 1 in corners without image; `null` without such corners. */
  padding: Uint8Array | null;
  /** The place of the part in the whole image, and the size of that. */
  top: number;
  left: number;
  whole: { height: number; width: number };
}

/**
 * The smallest upright rectangle of an image with all its pixels outside padding. Without padding, it has the
 * same plane objects. Computations on the part give the same as on the image without its frame.
 * @param planes at least one, all [height, width]
 */
export function shownPart(planes: readonly FloatPlane[]): ShownPart {
  const { height, width } = itemAt(planes, 0);
  const whole = { height, width };
  const padding = commonPadding(planes.map(findPadding));
  if (padding === null) return { planes: [...planes], padding: null, top: 0, left: 0, whole };
  let [top, bottom, left, right] = [height, 0, width, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (padding[i] !== 0) continue;
      top = Math.min(top, y);
      bottom = y + 1;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
    }
  }
  const size = { height: bottom - top, width: right - left };
  const cut = <T extends Float32Array | Uint8Array>(data: T, out: T): T => {
    for (let y = 0; y < size.height; y++) {
      const start = (top + y) * width + left;
      out.set(data.subarray(start, start + size.width), y * size.width);
    }
    return out;
  };
  const count = size.height * size.width;
  const corners = cut(padding, new Uint8Array(count));
  const parts = planes.map(({ data }) => ({ ...size, data: cut(data, new Float32Array(count)) }));
  if (!corners.includes(1)) return { planes: parts, padding: null, top, left, whole };
  return { planes: parts.map((part) => fillPadding(part, corners)), padding: corners, top, left, whole };
}

/** Puts a mask of a shown part into a mask of the whole size, which is 0 elsewhere. */
export function putInWhole(found: Mask, part: ShownPart): Mask;
export function putInWhole(found: LabelImage, part: ShownPart): LabelImage;
export function putInWhole(
  found: Mask | LabelImage,
  { top, left, padding, whole }: ShownPart,
): Mask | LabelImage {
  if (padding !== null) {
    for (let i = 0; i < padding.length; i++) if (padding[i] !== 0) found.data[i] = 0;
  }
  if (found.height === whole.height && found.width === whole.width) return found;
  const count = whole.height * whole.width;
  const data = found.data instanceof Uint8Array ? new Uint8Array(count) : new Int32Array(count);
  for (let y = 0; y < found.height; y++) {
    data.set(found.data.subarray(y * found.width, (y + 1) * found.width), (top + y) * whole.width + left);
  }
  return { ...whole, data } as Mask | LabelImage;
}
