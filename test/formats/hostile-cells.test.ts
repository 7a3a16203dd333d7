import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { parseLocationsCsv } from '../../src-main/annotation/parse-locations-csv.ts';
import { readCoco } from '../../src-main/formats/coco.ts';
import { readGeojson } from '../../src-main/formats/geojson.ts';
import { encodeImageJRoi } from '../../src-main/formats/imagej-roi.ts';
import { readImagejRoiZip } from '../../src-main/formats/imagej-roi-zip.ts';
import { readNpyLabels } from '../../src-main/formats/read-npy-labels.ts';
import { readOutlinesText } from '../../src-main/formats/read-outlines-text.ts';
import { readPickle } from '../../src-main/formats/read-pickle.ts';
import { labelImageOf } from '../../src-main/imaging/label/cut-labels.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const [height, width] = [4, 6];

describe('pickles', () => {
  test('a text is not encoded again and again', () => {
    // The text is 100 characters; BINGET, BINGET, REDUCE, POP encode it each time.
    const text = `c_codecs\nencode\n\x940X\x64\0\0\0${'a'.repeat(100)}\x85\x940`;
    const once = (times: number): string => `${text}${'h\0h\x01R0'.repeat(times)}N.`;
    expect(readPickle(bytesOf(once(1)), 'x')).toBeNull();
    expect(() => readPickle(bytesOf(once(1000)), 'x')).toThrow('it encodes more text than it has');
  });

  test.each([
    ['(' + 'K\x01'.repeat(100) + 't', 'an array has no shape'],
    ['(](K\x01eK\x02t', 'a side of an array is no number'],
  ])('the shape %j is refused', (shape, reason) => {
    const pickle = `cnumpy.core.multiarray\n_reconstruct\n)R(K\x01${shape}cnumpy\ndtype\nU\x02i4\x85R\x89U\0tb.`;
    expect(() => readPickle(bytesOf(pickle), 'x')).toThrow(reason);
  });

  test('a long name is cut in the message', () => {
    expect(() => readPickle(bytesOf(`c${'a'.repeat(1e5)}\nb\n.`), 'x')).toThrow(/^.{0,200}$/);
  });
});

test('an array with half a row is refused', () => {
  const header = "{'descr': '<i4', 'fortran_order': False, 'shape': (1.5, 4)}".padEnd(70);
  const file = bytesOf(`\x93NUMPY\x01\0\x46\0${header}${'\0'.repeat(24)}`);
  expect(() => readNpyLabels(file, 'x.npy')).toThrow('its masks have the shape 1.5 × 4');
});

describe('COCO', () => {
  const image = { id: 1, file_name: 'a.tif', height, width };
  const read = (images: object[], annotations: object[]): (number[] | undefined)[] =>
    [...readCoco(JSON.stringify({ images, annotations }), 'c.json').values()].map((one) => [
      ...labelImageOf(one.labels()).data,
    ]);
  const cell = (counts: number[] | string, more: object = {}): object => ({
    image_id: 1,
    segmentation: { counts, size: [height, width] },
    ...more,
  });

  test.each([
    ['of another size', cell([0, 5, 45], { segmentation: { counts: [0, 5, 45], size: [5, 10] } })],
    ['that end early', cell([0, 5])],
    ['that go on beyond the image', cell([0, 5, 190])],
    ['in letters without meaning', cell('\u00ff\0zzzzzzzzzzzzzzzzzzzz')],
  ])('run lengths %s are refused', (_, annotation) => {
    expect(() => read([image], [annotation])).toThrow(
      'the run lengths of cell 1 of a.tif are not of its size',
    );
  });

  test('cells with the same number stay apart', () => {
    const [labels] = read([image], [cell([0, 5, 19], { label: 3 }), cell([10, 5, 9], { label: 3 })]);
    expect([labels![0], labels![3]]).toEqual([1, 2]);
  });

  test.each([
    ['a label that no part can hold', [image], [cell([0, 5, 19], { label: 2 ** 31 })], 'is not a COCO file'],
    ['two images of one name', [image, { ...image, id: 2 }], [], 'two images have the same name'],
    ['two images of one id', [image, { ...image, file_name: 'b' }], [], 'two images have the same id'],
    ['a cell without an image', [image], [cell([24], { image_id: 9 })], 'belongs to image 9'],
    [
      'a polygon outside the image',
      [image],
      [{ image_id: 1, segmentation: [[100, 100, 110, 100, 110, 110]] }],
      '1 of its 1 cells are outside the image of 6 × 4 px',
    ],
  ])('%s is refused', (_, images, annotations, reason) => {
    expect(() => read(images, annotations)).toThrow(reason);
  });
});

describe('outlines', () => {
  const square = (x: number, y: number): number[][] => [
    [x, y],
    [x + 2, y],
    [x + 2, y + 2],
    [x, y + 2],
    [x, y],
  ];
  const geojson = (...places: [number, number][]): string =>
    JSON.stringify({
      features: places.map(([x, y], i) => ({
        geometry: { type: 'Polygon', coordinates: [square(x, y)] },
        properties: { name: i === 0 ? null : 7 },
      })),
    });

  test('cells outside the image are not lost in silence', () => {
    const reason = '1 of its 2 cells are outside the image of 6 × 4 px';
    expect(() => readGeojson(geojson([0, 0], [100, 0]), 'x', height, width)).toThrow(reason);
    expect(() => readOutlinesText('0,0,2,0,2,2\n0,50,2,50,2,52\n', 'x', height, width)).toThrow(reason);
  });

  test('names in GeoJSON may be null or numbers', () => {
    const { data } = labelImageOf(readGeojson(geojson([0, 0], [3, 0]), 'x', height, width));
    expect([data[0], data[3]]).toEqual([1, 2]);
  });

  const roi = (change: (view: DataView) => void = () => undefined): Uint8Array => {
    const bytes = encodeImageJRoi({ name: '1', rings: [[0, 0, 0, 3, 3, 3, 3, 0]] });
    change(new DataView(bytes.buffer));
    return bytes;
  };

  test.each([1, 4])('a rectangle of subtype %i, a text or an image, is no cell', (subtype) => {
    const rectangle = roi((view) => {
      view.setUint8(6, 1);
      view.setInt16(48, subtype);
    });
    expect(() => readImagejRoiZip(rectangle, 'x.roi', height, width)).toThrow('is not a cell outline');
  });

  test('a region without vertices is damaged', () => {
    const empty = roi((view) => view.setUint16(16, 0));
    expect(() => readImagejRoiZip(empty, 'x.roi', height, width)).toThrow(
      'x.roi is not a complete ImageJ ROI',
    );
  });

  test('the companions that macOS adds to a zip are no regions', () => {
    const zip = zipSync({ '1.roi': roi(), '__MACOSX/._1.roi': bytesOf('\0\x05\x16\x07Mac OS X') });
    expect(labelImageOf(readImagejRoiZip(zip, 'x.zip', height, width)).data[0]).toBe(1);
  });

  test('a zip without regions is refused, and a region called .zip is read', () => {
    expect(() => readImagejRoiZip(zipSync({ 'a.tif': bytesOf('II*') }), 'x.zip', height, width)).toThrow(
      'x.zip has no ImageJ regions',
    );
    expect(labelImageOf(readImagejRoiZip(roi(), 'x.zip', height, width)).data[0]).toBe(1);
  });

  test('a zip that claims to be huge is not unpacked', () => {
    const zip = zipSync({ '1.roi': roi() }, { level: 0 });
    const view = new DataView(zip.buffer);
    // The size of the only entry in the central directory, whose place is at the end of the file.
    view.setUint32(view.getUint32(zip.length - 6, true) + 24, 2 ** 29, true);
    expect(() => readImagejRoiZip(zip, 'x.zip', height, width)).toThrow('more than 256 MB of regions');
  });
});

describe('shapes that would take hours to draw are refused', () => {
  const side = 4096;
  const reason = 'outlines that overlap too often';
  const covering = [0, 0, side, 0, side, side, 0, side];
  const zigzag = Array.from({ length: 5000 }, (_, i) => [i / 2, i % 2 === 0 ? 0 : side]).flat();
  const pairs = (ring: readonly number[]): number[][] =>
    ring.flatMap((x, i) => (i % 2 === 0 ? [[x, ring[i + 1]!]] : []));
  const geojson = (rings: number[][]): string =>
    JSON.stringify(rings.map((ring) => ({ geometry: { type: 'Polygon', coordinates: [pairs(ring)] } })));
  const coco = (segmentations: unknown[]): string =>
    JSON.stringify({
      images: [{ id: 1, file_name: 'a.tif', height: side, width: side }],
      annotations: segmentations.map((segmentation) => ({ image_id: 1, segmentation })),
    });
  const readFirst = (text: string): unknown => [...readCoco(text, 'c.json').values()][0]!.labels();
  const often = <T>(item: T): T[] => Array.from({ length: 200 }, () => item);

  test.each([
    ['GeoJSON', () => readGeojson(geojson(often(covering)), 'x', side, side)],
    ['text', () => readOutlinesText(often(covering.join()).join('\n'), 'x', side, side)],
    ['polygons of COCO', () => readFirst(coco(often([covering])))],
    ['run lengths of COCO', () => readFirst(coco(often({ counts: [0, side ** 2], size: [side, side] })))],
  ])('many that cover the image: %s', (_, read) => {
    expect(read).toThrow(reason);
  });

  test('one that crosses the image thousands of times', () => {
    expect(() => readGeojson(geojson([zigzag]), 'x', side, side)).toThrow(reason);
    expect(() => readFirst(coco([[zigzag]]))).toThrow(reason);
  });

  test('but cells on the whole image, and some that overlap, are drawn', () => {
    const cells = Array.from({ length: 4 }, () => covering);
    expect(readGeojson(geojson(cells), 'x', side, side).lost).toBe(3);
  });
});

test('QuPath writes no name for an object without one', () => {
  const geometry = { type: 'Polygon', coordinates: [[[0, 0], [2, 0], [2, 2]]] }; // prettier-ignore
  const text = JSON.stringify([{ type: 'Feature', geometry, properties: { objectType: 'annotation' } }]);
  expect([...labelImageOf(readGeojson(text, 'x', height, width)).data].filter(Boolean)).not.toEqual([]);
});

test('a point that rounding moves out of the image is outside', () => {
  const read = (y: string): unknown => parseLocationsCsv(`y,x\n${y},1\n`, 'p.csv', { height: 10, width: 10 });
  expect(() => read('9.99999999')).toThrow('is outside the image');
  expect(read('9.999')).toEqual(Float32Array.of(9.999, 1));
});
