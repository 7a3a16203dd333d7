import { itemAt, numberAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';

/** A region of interest in ImageJ's form: closed rings of vertices packed y, x in image pixels. */
export interface ImageJRoi {
  name: string | null;
  /** One ring, or several for holes or separate pieces. */
  rings: readonly ArrayLike<number>[];
}

// ij.io.RoiEncoder and RoiDecoder, ImageJ 1.54, https://github.com/imagej/ImageJ; all numbers are big-endian.
const headerBytes = 64;
const secondHeaderBytes = 64;
const version = 228;
const polygonType = 0;
const rectangleType = 1;
const freehandType = 7;
const tracedType = 8;
/** Subtypes of rectangles with a text or an image. */
const noOutlines = [1, 4];
const subPixelOption = 128;
const at = {
  version: 4,
  type: 6,
  subtype: 48,
  bounds: 8,
  count: 16,
  /** Number of vertices if `count` is 0; number of values of a composite shape. */
  size: 18,
  compositeSize: 36,
  options: 50,
  secondHeader: 60,
} as const;
const nameOffsetAt = 16;
const nameLengthAt = 20;

const moveTo = 0;
const lineTo = 1;
const close = 4;

/** Largest coordinate in ImageJ's signed shorts. */
const largestCoordinate = 32767;

/**
 * Encodes one region as the bytes of a `.roi` file.
 *
 * A single ring with whole coordinates is a traced selection, as from ImageJ's wand; its mask has exactly the
 * enclosed pixels. A ring with other coordinates is a polygon with sub-pixel resolution. Several rings are a
 * composite selection.
 *
 * @throws LacssError `image-invalid` if the region extends beyond the 32767 pixels of ImageJ's format.
 */
export function encodeImageJRoi({ name, rings }: ImageJRoi): Uint8Array {
  const bounds = boundsOf(rings);
  if (bounds.bottom > largestCoordinate || bounds.right > largestCoordinate) {
    throw new LacssError(
      'image-invalid',
      `ImageJ's ROI files support coordinates only up to pixel ${largestCoordinate}.`,
      {
        remedy: 'Export GeoJSON or a label TIFF, or divide the image.',
      },
    );
  }
  const composite = rings.length > 1;
  const body = composite ? compositeBody(rings) : polygonBody(itemAt(rings, 0), bounds);
  const label = name ?? '';
  const view = new DataView(
    new ArrayBuffer(headerBytes + body.byteLength + secondHeaderBytes + 2 * label.length),
  );
  const bytes = new Uint8Array(view.buffer);
  bytes.set(new TextEncoder().encode('Iout'));
  view.setInt16(at.version, version);
  const count = itemAt(rings, 0).length / 2;
  const whole = !composite && isWhole(itemAt(rings, 0));
  view.setUint8(at.type, composite ? rectangleType : whole ? tracedType : polygonType);
  const { top, left, bottom, right } = bounds;
  [top, left, bottom, right].forEach((side, i) => view.setInt16(at.bounds + 2 * i, side));
  if (composite) view.setInt32(at.compositeSize, body.byteLength / 4);
  else if (count < 0x10000) view.setUint16(at.count, count);
  else view.setInt32(at.size, count);
  if (!composite && !whole) view.setInt16(at.options, subPixelOption);
  const secondHeader = headerBytes + body.byteLength;
  view.setInt32(at.secondHeader, secondHeader);
  view.setInt32(secondHeader + nameOffsetAt, secondHeader + secondHeaderBytes);
  view.setInt32(secondHeader + nameLengthAt, label.length);
  bytes.set(new Uint8Array(body.buffer), headerBytes);
  for (let i = 0; i < label.length; i++) {
    view.setUint16(secondHeader + secondHeaderBytes + 2 * i, label.charCodeAt(i));
  }
  return bytes;
}

interface Bounds {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

function boundsOf(rings: readonly ArrayLike<number>[]): Bounds {
  const bounds = { top: Infinity, left: Infinity, bottom: -Infinity, right: -Infinity };
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      bounds.top = Math.min(bounds.top, Math.floor(numberAt(ring, i)));
      bounds.left = Math.min(bounds.left, Math.floor(numberAt(ring, i + 1)));
      bounds.bottom = Math.max(bounds.bottom, Math.ceil(numberAt(ring, i)));
      bounds.right = Math.max(bounds.right, Math.ceil(numberAt(ring, i + 1)));
    }
  }
  return bounds;
}

function isWhole(ring: ArrayLike<number>): boolean {
  return Array.prototype.every.call(ring, (value: number) => Number.isInteger(value));
}

/**
 * x of all vertices, then y, as shorts relative to the corner of the bounds; sub-pixel ones again as floats.
 */
function polygonBody(ring: ArrayLike<number>, { top, left }: Bounds): DataView {
  const count = ring.length / 2;
  const whole = isWhole(ring);
  const view = new DataView(new ArrayBuffer(count * (whole ? 4 : 12)));
  for (let i = 0; i < count; i++) {
    const y = numberAt(ring, 2 * i);
    const x = numberAt(ring, 2 * i + 1);
    view.setInt16(2 * i, Math.round(x - left));
    view.setInt16(2 * (count + i), Math.round(y - top));
    if (!whole) {
      view.setFloat32(4 * count + 4 * i, x);
      view.setFloat32(8 * count + 4 * i, y);
    }
  }
  return view;
}

/** A path of floats: code, x, y per vertex, and a code to close each ring. */
function compositeBody(rings: readonly ArrayLike<number>[]): DataView {
  const values: number[] = [];
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2)
      values.push(i === 0 ? moveTo : lineTo, numberAt(ring, i + 1), numberAt(ring, i));
    values.push(close);
  }
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setFloat32(4 * i, value));
  return view;
}

/**
 * Reads a `.roi` file with a polygon, a freehand or traced outline, a rectangle or a composite selection.
 *
 * @param fileName its name in messages.
 * @throws LacssError `file-damaged`, or `file-unsupported` for points, lines, ovals and text, which are not
 *   cell outlines.
 */
export function decodeImageJRoi(bytes: Uint8Array, fileName: string): ImageJRoi {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (new TextDecoder().decode(bytes.subarray(0, 4)) !== 'Iout') throw new RangeError('not an ImageJ ROI');
    return { name: readName(view), rings: readRings(view, fileName) };
  } catch (cause) {
    if (cause instanceof LacssError) throw cause;
    throw new LacssError('file-damaged', `${fileName} is not a complete ImageJ ROI.`, {
      subject: fileName,
      remedy: "Save it again from ImageJ's ROI Manager.",
      cause,
    });
  }
}

function readRings(view: DataView, fileName: string): ArrayLike<number>[] {
  const type = view.getUint8(at.type);
  const [top, left, bottom, right] = [0, 2, 4, 6].map((offset) => view.getInt16(at.bounds + offset)) as [
    number,
    number,
    number,
    number,
  ];
  const compositeSize = view.getInt32(at.compositeSize);
  if (compositeSize > 0) return readComposite(view, compositeSize);
  const isOther = noOutlines.includes(view.getInt16(at.subtype));
  if (type === rectangleType && !isOther) return [[top, left, top, right, bottom, right, bottom, left]];
  if (type !== polygonType && type !== freehandType && type !== tracedType) {
    throw new LacssError(
      'file-unsupported',
      `${fileName} is not a cell outline (ImageJ ROI of type ${type}).`,
      {
        subject: fileName,
        remedy: 'Keep polygons, freehand and traced selections, rectangles and their combinations.',
      },
    );
  }
  const count = view.getUint16(at.count) || view.getInt32(at.size);
  if (count < 1 || count > view.byteLength) throw new RangeError(`${count} vertices`);
  const subPixel = (view.getInt16(at.options) & subPixelOption) !== 0 && view.getInt16(at.version) >= 222;
  const ring = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    const x = headerBytes + (subPixel ? 4 * count + 4 * i : 2 * i);
    const y = x + (subPixel ? 4 : 2) * count;
    ring[2 * i] = subPixel ? view.getFloat32(y) : top + view.getInt16(y);
    ring[2 * i + 1] = subPixel ? view.getFloat32(x) : left + view.getInt16(x);
  }
  return [ring];
}

function readComposite(view: DataView, size: number): number[][] {
  const rings: number[][] = [];
  for (let i = 0; i < size;) {
    const code = view.getFloat32(headerBytes + 4 * i);
    if (code === close) {
      i += 1;
      continue;
    }
    if (code !== moveTo && code !== lineTo) throw new RangeError(`path code ${code}, expected 0, 1 or 4`);
    const x = view.getFloat32(headerBytes + 4 * (i + 1));
    const y = view.getFloat32(headerBytes + 4 * (i + 2));
    if (code === moveTo) rings.push([]);
    rings.at(-1)!.push(y, x);
    i += 3;
  }
  return rings;
}

function readName(view: DataView): string | null {
  const secondHeader = view.getInt32(at.secondHeader);
  if (secondHeader === 0) return null;
  const offset = view.getInt32(secondHeader + nameOffsetAt);
  const length = view.getInt32(secondHeader + nameLengthAt);
  if (offset === 0 || length === 0) return null;
  return Array.from({ length }, (_, i) => String.fromCharCode(view.getUint16(offset + 2 * i))).join('');
}
