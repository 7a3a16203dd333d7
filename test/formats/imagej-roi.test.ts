import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { LacssError } from '../../src-main/contract/errors.ts';
import { decodeImageJRoi, encodeImageJRoi } from '../../src-main/formats/imagej-roi.ts';
import { readImagejRoiZip } from '../../src-main/formats/imagej-roi-zip.ts';
import { labelImageOf } from '../../src-main/imaging/label/cut-labels.ts';

/** y, x of the corners of the pixels (1, 2) to (2, 4). */
const rectangle = [1, 2, 1, 5, 3, 5, 3, 2];

function refusalOf(act: () => unknown): LacssError {
  try {
    act();
  } catch (error) {
    if (error instanceof LacssError) return error;
    throw error;
  }
  throw new Error('not refused');
}

describe('bytes as ij.io.RoiDecoder reads them', () => {
  test('whole coordinates: a traced selection, shorts from the corner of its bounds', () => {
    const view = new DataView(encodeImageJRoi({ name: '7', rings: [rectangle] }).buffer);
    expect(String.fromCharCode(...new Uint8Array(view.buffer, 0, 4))).toBe('Iout');
    expect(view.getInt16(4)).toBe(228);
    expect(view.getUint8(6)).toBe(8);
    // top, left, bottom, right; number of vertices; options.
    expect([8, 10, 12, 14, 16, 50].map((at) => view.getInt16(at))).toEqual([1, 2, 3, 5, 4, 0]);
    // x of the four vertices, then y.
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((i) => view.getInt16(64 + 2 * i))).toEqual([0, 3, 3, 0, 0, 0, 2, 2]);
    // The name behind the second header.
    const secondHeader = view.getInt32(60);
    expect(secondHeader).toBe(64 + 16);
    expect(view.getInt32(secondHeader + 20)).toBe(1);
    expect(view.getUint16(view.getInt32(secondHeader + 16))).toBe('7'.charCodeAt(0));
  });

  test('other coordinates: a polygon with sub-pixel resolution', () => {
    const ring = [1.25, 2.5, 1.25, 5.5, 3.75, 4];
    const bytes = encodeImageJRoi({ name: 'cell µ', rings: [ring] });
    const view = new DataView(bytes.buffer);
    expect(view.getUint8(6)).toBe(0);
    expect(view.getInt16(50)).toBe(128);
    expect([8, 10, 12, 14].map((at) => view.getInt16(at))).toEqual([1, 2, 4, 6]);
    const roi = decodeImageJRoi(bytes, 'x.roi');
    expect(roi.name).toBe('cell µ');
    expect([...(roi.rings[0] as Float64Array)]).toEqual(ring);
  });

  test('several rings: a composite selection', () => {
    const hole = [1.5, 3, 2.5, 3, 2.5, 4];
    const bytes = encodeImageJRoi({ name: null, rings: [rectangle, hole] });
    const view = new DataView(bytes.buffer);
    expect(view.getUint8(6)).toBe(1);
    // Three floats a vertex and one to close each ring.
    expect(view.getInt32(36)).toBe(3 * 4 + 1 + 3 * 3 + 1);
    expect(decodeImageJRoi(bytes, 'x.roi')).toEqual({ name: null, rings: [rectangle, hole] });
  });
});

test('a rectangle drawn by hand is four corners', () => {
  const bytes = encodeImageJRoi({ name: null, rings: [rectangle] });
  bytes[6] = 1;
  expect(decodeImageJRoi(bytes, 'x.roi').rings).toEqual([[1, 2, 1, 5, 3, 5, 3, 2]]);
});

test('a selection without an area, a damaged file and no zip are refused by name', () => {
  const point = encodeImageJRoi({ name: null, rings: [rectangle] });
  point[6] = 10;
  expect(refusalOf(() => decodeImageJRoi(point, 'p.roi')).code).toBe('file-unsupported');
  const whole = encodeImageJRoi({ name: null, rings: [rectangle] });
  const cut = refusalOf(() => decodeImageJRoi(whole.subarray(0, 70), 'p.roi'));
  expect(cut.code).toBe('file-damaged');
  expect(cut.message).toBe('p.roi is not a complete ImageJ ROI.');
  expect(refusalOf(() => readImagejRoiZip(new Uint8Array(50), 'p.zip', 9, 9)).message).toBe(
    'p.zip is not a complete zip file.',
  );
});

test('names that are no numbers are counted', () => {
  const roi = encodeImageJRoi({ name: null, rings: [rectangle] });
  const other = encodeImageJRoi({ name: null, rings: [[5, 5, 5, 6, 6, 6, 6, 5]] });
  const zip = zipSync({ '0002-0003.roi': roi, '0005-0005.roi': other });
  const { data } = labelImageOf(readImagejRoiZip(zip, 'p.zip', 8, 8));
  expect(data[1 * 8 + 2]).toBe(1);
  expect(data[5 * 8 + 5]).toBe(2);
  expect(data.filter((label) => label > 0)).toHaveLength(6 + 1);
});

test('an image larger than the format is refused', () => {
  const far = [0, 40000, 0, 40001, 1, 40001];
  expect(refusalOf(() => encodeImageJRoi({ name: null, rings: [far] })).code).toBe('image-invalid');
});
