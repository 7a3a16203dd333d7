import { LacssError } from '../contract/errors.ts';
import type { LabelImage } from '../contract/pixels.ts';
import { PickledArray, readPickle } from './read-pickle.ts';
import type { Pickled } from './read-pickle.ts';

const magic = [0x93, ...new TextEncoder().encode('NUMPY')];
/** The largest label that every part of the program can hold. */
const largestLabel = 2 ** 31 - 1;

/** An array of whole numbers as numpy keeps it. */
interface NumberArray {
  shape: readonly number[];
  /** Such as `u2`: kind and bytes per number. */
  code: string;
  isBigEndian: boolean;
  isFortran: boolean;
  data: Uint8Array;
}

/**
 * The label image in a file of numpy. It reads the masks of Cellpose (`…_seg.npy`, a pickled dict), and
 * arrays of whole numbers [height, width] by `numpy.save`. Axes of length 1 are dropped. No code of the file
 * is run, see {@link readPickle}.
 *
 * @throws LacssError `file-damaged`, `file-unsupported` for other content, `annotation-invalid` if the masks
 *   are no label image.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1 to 3.
 */
export function readNpyLabels(bytes: Uint8Array, fileName: string): LabelImage {
  const { header, content } = splitNpy(bytes, fileName);
  const descr = /'descr': *'([^']*)'/.exec(header)?.[1];
  if (descr === undefined) throw unfit(fileName, 'it has a table of several columns');
  if (descr.endsWith('O')) return labelsOf(masksOf(readPickle(content, fileName), fileName), fileName);
  const shape = /'shape': *\(([^)]*)\)/.exec(header)?.[1] ?? '';
  return labelsOf(
    {
      shape: shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)])),
      code: descr.replace(/^[<>|=]/, ''),
      isBigEndian: descr.startsWith('>'),
      isFortran: /'fortran_order': *True/.test(header),
      data: content,
    },
    fileName,
  );
}

function splitNpy(bytes: Uint8Array, fileName: string): { header: string; content: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || !magic.every((byte, i) => bytes[i] === byte)) throw damaged(fileName);
  const isShort = bytes[6] === 1;
  const start = isShort ? 10 : 12;
  const length = isShort ? view.getUint16(8, true) : view.getUint32(8, true);
  if (start + length > bytes.length) throw damaged(fileName);
  return {
    header: new TextDecoder().decode(bytes.subarray(start, start + length)),
    content: bytes.subarray(start + length),
  };
}

/** The array `masks` of the dict that is the only object of the pickled array. */
function masksOf(pickled: Pickled, fileName: string): NumberArray {
  const objects = pickled instanceof PickledArray && Array.isArray(pickled.data) ? pickled.data : [];
  const [dict] = objects;
  if (!(dict instanceof Map)) throw unfit(fileName, 'it has no dict, unlike the files of Cellpose');
  const masks = dict.get('masks');
  if (!(masks instanceof PickledArray)) throw unfit(fileName, 'it has no array “masks”');
  const { shape, type, isFortran, data } = masks;
  if (type === null || !(data instanceof Uint8Array)) throw unfit(fileName, 'its masks are not numbers');
  return { shape, code: type.code, isBigEndian: type.order === '>', isFortran, data };
}

function labelsOf({ shape, code, isBigEndian, isFortran, data }: NumberArray, fileName: string): LabelImage {
  const sides = shape.filter((side) => side !== 1);
  const [height, width] = sides.length === 2 ? sides : shape.length === 2 ? shape : [];
  const isSide = (side: number | undefined): side is number => Number.isSafeInteger(side) && side! > 0;
  if (!isSide(height) || !isSide(width)) {
    throw unfit(fileName, `its masks have the shape ${shape.join(' × ') || 'of a single number'}`);
  }
  const [, kind, size] = /^([iub])([1248])$/.exec(code) ?? [];
  if (kind === undefined) throw unfit(fileName, `its masks are of type ${code}`);
  const bytesPer = Number(size);
  const count = height * width;
  if (data.length !== count * bytesPer) throw damaged(fileName);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const read = readerOf(view, kind, bytesPer, !isBigEndian);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const label = read(i * bytesPer);
    if (!(label >= 0 && label <= largestLabel)) throw unfit(fileName, `it contains the value ${label}`);
    labels[isFortran ? (i % height) * width + Math.floor(i / height) : i] = label;
  }
  return { height, width, data: labels };
}

function readerOf(
  view: DataView,
  kind: string,
  bytesPer: number,
  isLittle: boolean,
): (offset: number) => number {
  const isSigned = kind === 'i';
  switch (bytesPer) {
    case 1:
      return isSigned ? (at) => view.getInt8(at) : (at) => view.getUint8(at);
    case 2:
      return isSigned ? (at) => view.getInt16(at, isLittle) : (at) => view.getUint16(at, isLittle);
    case 4:
      return isSigned ? (at) => view.getInt32(at, isLittle) : (at) => view.getUint32(at, isLittle);
    default:
      return isSigned
        ? (at) => Number(view.getBigInt64(at, isLittle))
        : (at) => Number(view.getBigUint64(at, isLittle));
  }
}

function unfit(fileName: string, reason: string): LacssError {
  return new LacssError('annotation-invalid', `${fileName} is not a label image: ${reason}.`, {
    subject: fileName,
    remedy: 'Use a _seg.npy of one plane, or export the masks as TIFF or PNG.',
  });
}

function damaged(fileName: string): LacssError {
  return new LacssError('file-damaged', `${fileName} is not a complete numpy file.`, {
    subject: fileName,
    remedy: 'Save it again in the program that made it.',
  });
}
